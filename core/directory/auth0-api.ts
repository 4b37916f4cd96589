import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { ProviderError } from '../errors.ts'

export interface Auth0Options {
  /** `course.eu.auth0.com`, or a whole URL for what is not Auth0 itself. */
  readonly domain: string
  readonly clientId: string
  readonly clientSecret: string
  /** The longest that a rate limit is waited for, in milliseconds. Default 30 s. */
  readonly patienceMs?: number
  readonly now?: () => number
}

/** The Management API. Its token is shared by all calls, and asked for anew before it ends. */
export interface Auth0Api {
  /** `undefined` where there is nothing. Rejects with a `ProviderError`. */
  get<Value>(
    path: string,
    query: Readonly<Record<string, string>>,
    schema: z.ZodType<Value>,
  ): Promise<Value | undefined>
}

const answerMs = 15_000
const spareMs = 60_000
const tries = 5
const tokenSchema = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() })

export function createAuth0Api({ now = Date.now, patienceMs = 30_000, ...options }: Auth0Options): Auth0Api {
  const base = options.domain.includes('://') ? options.domain.replace(/\/$/, '') : `https://${options.domain}`
  let token: { readonly text: string; readonly endsAt: number } | undefined
  let asking: Promise<string> | undefined

  async function signIn(): Promise<string> {
    const body = {
      grant_type: 'client_credentials',
      client_id: options.clientId,
      client_secret: options.clientSecret,
      audience: `${base}/api/v2/`,
    }
    const response = await send('sign in', `${base}/oauth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw await refused('sign in', response)
    const given = tokenSchema.parse(await response.json())
    token = { text: given.access_token, endsAt: now() + given.expires_in * 1000 }
    return given.access_token
  }

  function currentToken(): Promise<string> {
    if (token !== undefined && token.endsAt - spareMs > now()) return Promise.resolve(token.text)
    asking ??= signIn().finally(() => {
      asking = undefined
    })
    return asking
  }

  /** Waits out rate limits, and lets a token that ended before its time be followed by a new one, once. */
  async function ask(url: string): Promise<Response> {
    const deadline = now() + patienceMs
    for (let attempt = 1; ; attempt += 1) {
      const bearer = await currentToken()
      const response = await send('ask for people', url, { headers: { authorization: `Bearer ${bearer}` } })
      if (response.status === 401 && attempt === 1) {
        await response.body?.cancel()
        if (token?.text === bearer) token = undefined
        continue
      }
      if (response.status !== 429) return response
      const waitMs = waitOf(response, attempt, now())
      if (attempt >= tries || now() + waitMs > deadline) throw await refused('ask for people', response)
      await response.body?.cancel()
      await delay(waitMs)
    }
  }

  return {
    async get(path, query, schema) {
      const response = await ask(`${base}/api/v2/${path}?${new URLSearchParams(query)}`)
      if (response.status === 404) {
        await response.body?.cancel()
        return undefined
      }
      if (!response.ok) throw await refused('ask for people', response)
      const { data, success } = schema.safeParse(await response.json())
      if (!success) throw failure('read an answer', false, new Error('it is not what the Management API describes'))
      return data
    },
  }
}

async function send(operation: string, url: string, init: RequestInit): Promise<Response> {
  const options = { ...init, redirect: 'error', signal: AbortSignal.timeout(answerMs) } as const
  return fetch(url, options).catch((cause: unknown) => {
    throw failure(operation, true, cause)
  })
}

/** `x-ratelimit-reset` is when, in seconds since the epoch. */
function waitOf({ headers }: Response, attempt: number, now: number): number {
  const reset = Number(headers.get('x-ratelimit-reset'))
  const seconds = Number(headers.get('retry-after'))
  if (Number.isFinite(reset) && reset > 0) return Math.max(100, reset * 1000 - now)
  return seconds > 0 ? seconds * 1000 : 250 * 2 ** attempt
}

/** The answer's own words, which never repeat what was sent. */
async function refused(operation: string, response: Response): Promise<ProviderError> {
  const { status } = response
  const said = z.object({ message: z.string().optional(), error_description: z.string().optional() })
  const { data } = said.safeParse(await response.json().catch(() => ({})))
  const words = (data?.message ?? data?.error_description ?? '').slice(0, 200)
  return failure(operation, status === 429 || status >= 500, new Error(`HTTP ${status}${words && `: ${words}`}`))
}

function failure(operation: string, retryable: boolean, cause: unknown): ProviderError {
  return new ProviderError({ provider: 'auth0', operation, retryable, cause })
}
