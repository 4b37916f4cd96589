import { setTimeout as delay } from 'node:timers/promises'
import { type CredentialKeys, openSealed } from '../directory/credential-keys.ts'
import { messageOf, ProviderError } from '../errors.ts'
import { MailBusy, type Mailer, type MailOutcome, type MailRecipient, type MailTemplate } from '../mail/mail.ts'
import type { ClaimedDelivery } from '../records/enrolment-claims.ts'
import type { CredentialDeliveries, DeliveryOutcome } from '../records/enrolment-deliveries.ts'
import { undeliverable } from './check-addresses.ts'
import { mailFields } from './mail-fields.ts'

export interface DeliverMailOptions {
  readonly deliveries: CredentialDeliveries
  readonly mailer: Mailer
  readonly template: MailTemplate
  readonly keys: CredentialKeys
  readonly signal?: AbortSignal
  /** Deliveries that are settled, of those that were waiting. */
  readonly onProgress?: (done: number, all: number) => void
  /** Only what a bot is to mail; what is refused goes into the instructor's file. */
  readonly byBot?: boolean
  /** How many go at once. */
  readonly batchSize?: number
}

export interface MailDelivered {
  readonly accepted: number
  readonly failed: number
}

/** Covers a request that runs into its time-out, and the checks of addresses before it. */
const leaseMs = 180_000
const mostFailures = 8
const longestWaitMs = 60_000

/**
 * Mails every secret that waits for it, and returns when none does. What could not be sent waits in the records:
 * calling this again goes on. Rejects with a `ProviderError` when the provider will not, or not soon, take any.
 */
export async function deliverByMail(options: DeliverMailOptions): Promise<MailDelivered> {
  const { deliveries, mailer, signal, onProgress, byBot = false, batchSize = 250 } = options
  const total = { accepted: 0, failed: 0 }
  let failures = 0
  for (;;) {
    signal?.throwIfAborted()
    const left = await deliveries.waiting('mail', { byBot })
    if (left.count === 0) return total
    const limit = Math.min(batchSize, mailer.batchLimit)
    const batch = await deliveries.claim({ channel: 'mail', limit, leaseMs, byBot })
    if (batch.length === 0) {
      await delay(Math.min(left.nextMs + 1, longestWaitMs), undefined, signal === undefined ? {} : { signal })
      continue
    }
    const { outcomes, failure } = await attempt(batch, options, failures)
    await settleBatch(batch, outcomes, options)
    for (const { state } of outcomes.values()) if (state !== 'later') total[state] += 1
    failures = failure === undefined ? 0 : failures + 1
    if (failure !== undefined && (!failure.retryable || failures >= mostFailures)) throw failure
    const done = total.accepted + total.failed
    onProgress?.(done, done + (await deliveries.waiting('mail', { byBot })).count)
  }
}

async function settleBatch(
  batch: readonly ClaimedDelivery[],
  outcomes: ReadonlyMap<string, DeliveryOutcome>,
  { deliveries, byBot = false }: DeliverMailOptions,
): Promise<void> {
  const settled = batch.map(({ id, token }) => ({ id, token, outcome: outcomes.get(id) ?? untouched }))
  const refused = byBot ? settled.filter(({ outcome }) => outcome.state === 'failed') : []
  for (const { outcome, ...delivery } of refused) {
    if (outcome.state === 'failed') await deliveries.reveals.reroute(delivery, outcome.error)
  }
  await deliveries.settleAll(settled.filter((one) => !refused.includes(one)))
}

const untouched: DeliveryOutcome = { state: 'later', error: 'not sent yet', delayMs: 0 }

interface Attempt {
  readonly outcomes: ReadonlyMap<string, DeliveryOutcome>
  readonly failure?: ProviderError
}

async function attempt(
  batch: readonly ClaimedDelivery[],
  options: DeliverMailOptions,
  failures: number,
): Promise<Attempt> {
  const { mailer, template } = options
  const { recipients, outcomes } = await prepare(batch, options)
  try {
    const sent = await mailer.send({ template, recipients, tag: 'keys' })
    for (const [id, outcome] of sent) outcomes.set(id, toOutcome(outcome))
    return { outcomes }
  } catch (failure) {
    if (!(failure instanceof ProviderError)) throw failure
    const delayMs = waitAfter(failure, failures)
    for (const { id } of recipients) outcomes.set(id, { state: 'later', error: messageOf(failure), delayMs })
    return { outcomes, failure }
  }
}

function toOutcome(outcome: MailOutcome): DeliveryOutcome {
  return outcome.status === 'accepted'
    ? { state: 'accepted', message: outcome.message }
    : { state: 'failed', error: outcome.reason }
}

/** As long as the provider said, else twice as long each time. What nobody can send now is not pushed back. */
function waitAfter(failure: ProviderError, failures: number): number {
  if (!failure.retryable) return 0
  const said = failure instanceof MailBusy ? failure.retryAfterMs : undefined
  return Math.min(said ?? 1000 * 2 ** failures, longestWaitMs)
}

/** Opens the secrets of those that can be sent, and says at once what becomes of the others. */
async function prepare(batch: readonly ClaimedDelivery[], { mailer, keys }: DeliverMailOptions) {
  const outcomes = new Map<string, DeliveryOutcome>()
  const recipients: MailRecipient[] = []
  const fresh = batch.filter(({ tries }) => tries === 1).map(({ address }) => address)
  const reasons = await undeliverable(fresh, mailer)
  for (const delivery of batch) {
    const { id, address, sealed } = delivery
    const secretKey = openSealed(sealed, id, keys)
    const reason = reasons.get(address) ?? (secretKey === undefined ? otherSecret : undefined)
    if (reason !== undefined) outcomes.set(id, { state: 'failed', error: reason })
    else if (recipients.some((other) => other.address === address)) outcomes.set(id, untouched)
    else recipients.push({ id, address, fields: fieldsOf(delivery, secretKey ?? '') })
  }
  return { recipients, outcomes }
}

const otherSecret = 'the app secret changed since these keys were issued; send new ones'

function fieldsOf({ person, course, accessKey, expiresAt }: ClaimedDelivery, secretKey: string) {
  return mailFields({ person, course, pair: { accessKey, secretKey }, expiresAt })
}
