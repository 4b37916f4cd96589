import { createHmac } from 'node:crypto'
import type { Transport } from './delivery.ts'
import type { Identity } from './identity.ts'
import type { Envelope } from './workspace.ts'

export interface SigningOptions {
  /** Added to the timestamp: -301 is a request that took more than the allowed five minutes. */
  readonly skewSeconds?: number
  /** Another secret than the app's, as somebody who is not Slack would use. */
  readonly secret?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Posts as the platform does: `v0` signature over timestamp and body. The time is the real one, not the stand-in's. */
export const postSigned = (
  { signingSecret }: Identity,
  url: string,
  type: string,
  body: string,
  { skewSeconds = 0, secret = signingSecret, headers = {} }: SigningOptions = {},
): Promise<Response> => {
  const timestamp = String(Math.floor(Date.now() / 1000) + skewSeconds)
  const digest = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')
  const signed = { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${digest}` }
  return fetch(url, { method: 'POST', headers: { 'content-type': type, ...signed, ...headers }, body })
}

const form = 'application/x-www-form-urlencoded'

const contentOf = ({ type, body }: Envelope): readonly [type: string, body: string] => {
  if (type === 'events_api') return ['application/json', JSON.stringify(body)]
  if (type === 'interactive') return [form, new URLSearchParams({ payload: JSON.stringify(body) }).toString()]
  const fields = new URLSearchParams()
  for (const [name, value] of Object.entries(body)) fields.set(name, String(value))
  return [form, fields.toString()]
}

const responseOf = (text: string): Readonly<Record<string, unknown>> => {
  if (text === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : { text }
  } catch {
    return { text }
  }
}

/** A Request URL instead of Socket Mode. Whatever answers 200 acknowledges, and its body is the payload. */
export const createSignedHttp =
  (identity: Identity, url: string, options: SigningOptions = {}): Transport =>
  async (envelope, { number, reason }) => {
    const retry = { 'x-slack-retry-num': String(number), 'x-slack-retry-reason': `http_${reason ?? 'timeout'}` }
    const headers = number > 0 ? { ...options.headers, ...retry } : { ...options.headers }
    const [type, body] = contentOf(envelope)
    const response = await postSigned(identity, url, type, body, { ...options, headers })
    const text = await response.text()
    return response.status === 200 ? responseOf(text) : undefined
  }

/** The handshake before the platform accepts a Request URL. Throws when the challenge does not come back. */
export const verifyUrl = async (identity: Identity, url: string): Promise<void> => {
  const challenge = crypto.randomUUID()
  const body = JSON.stringify({ token: 'verification', type: 'url_verification', challenge })
  const answer = await (await postSigned(identity, url, 'application/json', body)).text()
  if (!answer.includes(challenge)) throw new Error(`${url} did not answer the challenge: ${answer.slice(0, 200)}`)
}
