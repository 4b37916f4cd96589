import Mailgun from 'mailgun.js'
import { z } from 'zod'
import { ProviderError } from '../errors.ts'
import { headerText, type MailBatch, MailBusy, type Mailer, type MailFailure, type MailOutcome } from './mail.ts'
import { escapeHtml, fillTemplate } from './template.ts'

export interface MailgunOptions {
  /** `https://api.mailgun.net`, or that of another region. */
  readonly url: string
  readonly domain: string
  /** What `From` says: an address, or `Name <address>`. */
  readonly from: string
  readonly apiKey: string
  /** Without it, addresses are not checked. */
  readonly validationKey?: string
  /** Mailgun accepts and never delivers. */
  readonly testMode?: boolean
  /** For one request, in milliseconds. */
  readonly timeoutMs?: number
}

type Client = ReturnType<Mailgun['client']>

/** Mailgun's own limit for one call with recipient variables. */
const batchLimit = 1000

export function createMailgunMailer(options: MailgunOptions): Mailer {
  const open = (key: string): Client =>
    new Mailgun(FormData).client({ username: 'api', key, url: options.url, timeout: options.timeoutMs ?? 30_000 })
  const client = open(options.apiKey)
  const validator = options.validationKey === undefined ? undefined : open(options.validationKey)
  return {
    batchLimit,
    send: (batch) => send(client, options, batch),
    check: async (address) => (validator === undefined ? undefined : check(validator, address)),
    failuresSince: (at) => failuresSince(client, options.domain, at),
  }
}

async function send(client: Client, options: MailgunOptions, batch: MailBatch): Promise<Map<string, MailOutcome>> {
  const { recipients } = batch
  if (recipients.length > batchLimit) throw new RangeError(`a batch has at most ${batchLimit} recipients`)
  if (recipients.length === 0) return new Map()
  try {
    const { id = '' } = await client.messages.create(options.domain, messageOf(options, batch))
    return new Map(recipients.map((recipient) => [recipient.id, { status: 'accepted', message: bare(id) }]))
  } catch (thrown) {
    if (!isAboutRecipients(thrown)) throw failureOf('send mail', thrown)
    return sendHalves(client, options, batch, thrown)
  }
}

/** One address that Mailgun does not like fails the whole batch: halves find it, and the others get their mail. */
async function sendHalves(client: Client, options: MailgunOptions, batch: MailBatch, thrown: unknown) {
  const { recipients } = batch
  const [only] = recipients
  if (only !== undefined && recipients.length === 1) {
    const reason = failureOf('send mail', thrown).message
    return new Map<string, MailOutcome>([[only.id, { status: 'refused', reason }]])
  }
  const half = Math.ceil(recipients.length / 2)
  const first = await send(client, options, { ...batch, recipients: recipients.slice(0, half) })
  const second = await send(client, options, { ...batch, recipients: recipients.slice(half) }).catch(
    () => new Map<string, MailOutcome>(),
  )
  return new Map<string, MailOutcome>([...first, ...second])
}

function isAboutRecipients(thrown: unknown): boolean {
  const { data } = apiErrorSchema.safeParse(thrown)
  return data?.status === 400 && /\bto parameter\b|\brecipient/i.test(`${data.message} ${data.details}`)
}

/** One message with places that Mailgun fills for each recipient from the variables. */
function messageOf({ from, testMode }: MailgunOptions, { template, recipients, tag }: MailBatch) {
  const text = (field: string) => `%recipient.${field}%`
  const html = (field: string) => `%recipient.html_${field}%`
  return {
    from,
    to: recipients.map(({ address }) => address),
    subject: headerText(fillTemplate(template.subject, text)),
    text: fillTemplate(template.text, text),
    ...(template.html === undefined ? {} : { html: fillTemplate(template.html, html) }),
    'recipient-variables': JSON.stringify(variablesOf(template, recipients)),
    'o:tag': tag,
    // A tracked link is a secret in somebody else's log, and a tracked mail is nobody's business.
    'o:tracking': 'no' as const,
    'o:tracking-clicks': 'no' as const,
    'o:tracking-opens': 'no' as const,
    'o:require-tls': 'yes' as const,
    ...(testMode ? { 'o:testmode': 'yes' as const } : {}),
  }
}

/** Only what the template shows leaves this host. */
function variablesOf(template: MailBatch['template'], recipients: MailBatch['recipients']) {
  const plain = new Set([...template.subject.fields, ...template.text.fields])
  const escaped = new Set(template.html?.fields)
  return Object.fromEntries(
    recipients.map(({ address, fields }) => [
      address,
      Object.fromEntries([
        ...[...plain].map((field) => [field, inert(fields[field] ?? '')]),
        ...[...escaped].map((field) => [`html_${field}`, inert(escapeHtml(fields[field] ?? ''))]),
      ]),
    ]),
  )
}

/** A value must not be taken for a place. */
function inert(value: string): string {
  return value.replaceAll(/%recipient\b/gi, '% recipient')
}

const validationSchema = z.object({ result: z.string(), reason: z.array(z.string()).optional() })

/** Only what can certainly not be delivered; the rest is for the mail itself to find out. */
async function check(client: Client, address: string): Promise<string | undefined> {
  const answer: unknown = await failAsProvider('check an address', () => client.validate.get(address))
  const { result, reason = [] } = validationSchema.parse(answer)
  if (result !== 'undeliverable' && result !== 'do_not_send') return undefined
  return `Mailgun says that it cannot be delivered to${reason.length === 0 ? '' : ` (${reason.join(', ')})`}`
}

const logsSchema = z.object({
  items: z.array(
    z.object({
      recipient: z.string(),
      reason: z.string().optional(),
      severity: z.string().optional(),
      message: z.object({ headers: z.object({ 'message-id': z.string() }) }),
      'delivery-status': z.object({ code: z.number().optional(), message: z.string().optional() }).optional(),
    }),
  ),
})

async function failuresSince(client: Client, domain: string, at: number): Promise<MailFailure[]> {
  const answer: unknown = await failAsProvider('ask what came back', () =>
    client.logs.list({
      start: new Date(at),
      end: new Date(),
      events: ['failed', 'rejected'],
      filter: { AND: [{ attribute: 'domain', comparator: '=', values: [{ label: domain, value: domain }] }] },
      pagination: { sort: 'timestamp:desc', limit: 1000 },
    }),
  )
  const { items } = logsSchema.parse(answer)
  // A failure that passes is Mailgun's to repeat.
  return items
    .filter(({ severity }) => severity !== 'temporary')
    .map(({ recipient, reason, message, 'delivery-status': status }) => ({
      address: recipient,
      message: bare(message.headers['message-id']),
      reason: (status?.message || reason || 'came back').slice(0, 300),
    }))
}

/** Ids come with and without brackets. */
function bare(id: string): string {
  return id.replaceAll(/[<>]/g, '')
}

const apiErrorSchema = z.object({ status: z.number(), message: z.string(), details: z.string().catch('') })

async function failAsProvider<T>(operation: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (thrown) {
    throw failureOf(operation, thrown)
  }
}

/** What the client threw may hold the request, and so a secret: only its words are taken. */
function failureOf(operation: string, thrown: unknown): ProviderError {
  const parsed = apiErrorSchema.safeParse(thrown)
  if (!parsed.success) return new ProviderError({ provider: 'mailgun', operation, retryable: false, cause: thrown })
  const { status, message, details } = parsed.data
  const failure = { provider: 'mailgun', operation, cause: new Error(explain(status, details || message)) }
  if (status === 429) return new MailBusy(failure)
  // The client reports a connection that failed as 400, with the words of the socket.
  const unreachable =
    status === 400 && /ECONN|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EPIPE|timeout|socket hang up/.test(message + details)
  return new ProviderError({ ...failure, retryable: status >= 500 || unreachable })
}

function explain(status: number, words: string): string {
  if (status === 401) return 'the key was not accepted (401); check email.mailgun_active_api_key'
  if (status === 404) return 'there is no such domain (404); check email.domain and email.endpoint'
  return `${words.replaceAll(/rais_[\w-]+/g, '[redacted]').slice(0, 300)} (${status})`
}
