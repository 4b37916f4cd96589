import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import { z } from 'zod'
import { readForm } from './form.ts'
import { composeMails, type ReceivedMail, Rejected } from './messages.ts'
import { createRateLimiter, type Rate } from './rates.ts'

export interface MailgunStandInOptions {
  readonly domain: string
  readonly apiKey: string
  readonly validationKey?: string
  /** How many requests may pass; the others get 429. */
  readonly rate?: Rate
  readonly validationRate?: Rate
  /** How long a request takes. */
  readonly latencyMs?: number
}

/** Mailgun, as far as its messages, logs and address validation go, with its authentication and limits. */
export interface MailgunStandIn {
  readonly url: string
  /** What arrived, in order. Test mode and bounces are not among it. */
  readonly mails: readonly ReceivedMail[]
  /** Every mail that was accepted. */
  readonly accepted: readonly ReceivedMail[]
  /** Method, path and answer of each request. */
  readonly requests: readonly { readonly line: string; readonly status: number }[]
  /** The next requests fail so; with `drop`, the connection breaks after the message was taken. */
  failNext(times: number, how: number | 'drop'): void
  close(): Promise<void>
}

interface Event {
  readonly at: number
  readonly mail: ReceivedMail
  readonly severity: 'permanent' | 'temporary'
  readonly words: string
}

export async function startMailgun(options: MailgunStandInOptions): Promise<MailgunStandIn> {
  const state = createState(options)
  const server = createServer((request, response) => void answer(state, request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = z.object({ port: z.number() }).parse(server.address())
  return {
    url: `http://127.0.0.1:${address.port}`,
    mails: state.mails,
    accepted: state.accepted,
    requests: state.requests,
    failNext: (times, how) => {
      state.failing = { times, how }
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

type State = ReturnType<typeof createState>

function createState(options: MailgunStandInOptions) {
  const unlimited = { requests: Number.POSITIVE_INFINITY, perMs: 1 }
  const failing: { times: number; how: number | 'drop' } = { times: 0, how: 500 }
  const requests: { line: string; status: number }[] = []
  const mails: ReceivedMail[] = []
  const accepted: ReceivedMail[] = []
  const events: Event[] = []
  return {
    options,
    failing,
    requests,
    mails,
    accepted,
    events,
    limiter: createRateLimiter(options.rate ?? unlimited),
    validationLimiter: createRateLimiter(options.validationRate ?? unlimited),
  }
}

async function answer(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = new URL(request.url ?? '/', 'http://x').pathname
  const reply = (status: number, body: unknown, headers: Record<string, string> = {}) => {
    state.requests.push({ line: `${request.method} ${path}`, status })
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  }
  try {
    await new Promise((resolve) => setTimeout(resolve, state.options.latencyMs ?? 0))
    const body = await route(state, request, path)
    if (body === 'drop') response.destroy()
    else reply(200, body)
  } catch (error) {
    request.resume()
    if (error instanceof Busy)
      reply(429, { message: 'Too many requests' }, { 'retry-after': String(Math.ceil(error.waitMs / 1000)) })
    else if (error instanceof Rejected)
      reply(error.status, error.status === 401 ? 'Forbidden' : { message: error.message })
    else reply(500, { message: String(error) })
  }
}

class Busy extends Error {
  override readonly name = 'Busy'
  readonly waitMs: number

  constructor(waitMs: number) {
    super('busy')
    this.waitMs = waitMs
  }
}

async function route(state: State, request: IncomingMessage, path: string): Promise<unknown> {
  const { options } = state
  const isValidation = path === '/v4/address/validate'
  authenticate(request, isValidation ? options.validationKey : options.apiKey)
  const waitMs = (isValidation ? state.validationLimiter : state.limiter).wait()
  if (waitMs > 0) throw new Busy(waitMs)
  if (state.failing.times > 0 && state.failing.how !== 'drop') {
    state.failing.times -= 1
    throw state.failing.how === 429 ? new Busy(1000) : new Rejected(state.failing.how, 'Internal Server Error')
  }
  if (isValidation) return validate(new URL(request.url ?? '/', 'http://x').searchParams.get('address') ?? '')
  if (request.method === 'POST' && path === '/v1/analytics/logs') return logs(state, await json(request))
  if (request.method !== 'POST' || !/^\/v3\/[^/]+\/messages$/.test(path)) throw new Rejected(404, 'not found')
  if (path !== `/v3/${options.domain}/messages`) throw new Rejected(404, `Domain not found: ${path.split('/')[2]}`)
  return accept(state, await readForm(request, 25 << 20))
}

function authenticate(request: IncomingMessage, key: string | undefined): void {
  const expected = `Basic ${Buffer.from(`api:${key}`).toString('base64')}`
  if (key === undefined || request.headers.authorization !== expected) throw new Rejected(401, 'Forbidden')
}

function accept(state: State, form: Map<string, string[]>): unknown {
  const id = `<${Date.now()}.${randomBytes(6).toString('hex')}@${state.options.domain}>`
  const mails = composeMails(form, id)
  state.accepted.push(...mails)
  for (const mail of mails) arrive(state, mail)
  if (state.failing.times > 0 && state.failing.how === 'drop') {
    state.failing.times -= 1
    return 'drop'
  }
  return { id, message: 'Queued. Thank you.' }
}

/** `bounce@…` has no mailbox, `slow@…` is down for a while. */
function arrive(state: State, mail: ReceivedMail): void {
  if (mail.options['o:testmode'] === 'yes') return
  const at = Date.now()
  if (mail.to.startsWith('bounce')) state.events.push({ at, mail, severity: 'permanent', words: 'No such mailbox' })
  else if (mail.to.startsWith('slow')) state.events.push({ at, mail, severity: 'temporary', words: 'Try later' })
  else state.mails.push(mail)
}

const logsSchema = z.object({
  start: z.string().transform(Date.parse),
  events: z.array(z.string()),
  filter: z.object({ AND: z.array(z.object({ values: z.array(z.object({ value: z.string() })) })) }),
})

function logs(state: State, body: unknown): unknown {
  const { start, events, filter } = logsSchema.parse(body)
  const ours = events.includes('failed') && filter.AND[0]?.values[0]?.value === state.options.domain
  // The real service counts in seconds.
  const found = ours ? state.events.filter(({ at }) => at >= Math.floor(start / 1000) * 1000) : []
  const items = found.map(({ at, mail, severity, words }) => ({
    ...{ id: mail.id, event: 'failed', '@timestamp': new Date(at).toISOString(), severity, reason: 'bounce' },
    recipient: mail.to,
    domain: { name: state.options.domain },
    'delivery-status': { code: severity === 'permanent' ? 550 : 450, message: words },
    message: { headers: { 'message-id': mail.id.slice(1, -1), to: mail.to, from: mail.from, subject: mail.subject } },
  }))
  return { start: '', end: '', items, pagination: { previous: '', next: '', first: '', last: '', total: items.length } }
}

/** `undeliverable@…` and `trap@…` are known to be no people. */
function validate(address: string): unknown {
  const result = /^undeliverable/.test(address)
    ? 'undeliverable'
    : /^trap/.test(address)
      ? 'do_not_send'
      : 'deliverable'
  const reason = result === 'undeliverable' ? ['mailbox_does_not_exist'] : []
  return { address, is_disposable_address: false, is_role_address: false, reason, result, risk: 'low' }
}
