import type { ClaimedDelivery } from '../../core/records/enrolment-claims.ts'
import type { StaleMessage } from '../../core/records/enrolment-direct.ts'
import { ChatError, type MessageRef } from '../chat.ts'
import { directMessages } from '../places.ts'
import { offerCard, settledCard } from './cards.ts'
import { type CourierOptions, courierDefaults } from './options.ts'

/** At a time. Each waits for its turn in the workspace's budget. */
const batch = 10
/** Longer than any of them waits for its turn. */
const leaseMs = 180_000
const mostTries = 40
const againMs = 30_000

/** Sends the direct messages that wait for this platform. Answers whether there were any. */
export async function deliverDirectly(options: CourierOptions, held: AbortSignal): Promise<boolean> {
  const { records, chat, findPerson } = options
  const channel = chat.platform
  if (findPerson === undefined || (channel !== 'slack' && channel !== 'discord')) return false
  const claimed = await records.enrolment.deliveries.claim({ channel, limit: batch, leaseMs })
  await Promise.all(claimed.map((delivery) => deliverOne({ ...options, findPerson }, delivery, held)))
  return claimed.length === batch
}

type Options = CourierOptions & { readonly findPerson: NonNullable<CourierOptions['findPerson']> }

async function deliverOne(options: Options, delivery: ClaimedDelivery, held: AbortSignal): Promise<void> {
  const { records, budgets } = options
  const { reveals, settle } = {
    reveals: records.enrolment.deliveries.reveals,
    settle: records.enrolment.deliveries.settle,
  }
  let outcome: Outcome = { kind: 'later', reason: 'its turn did not come', delayMs: 0 }
  let user = delivery.address
  const work = async () => {
    held.throwIfAborted()
    const found = await options.findPerson(delivery.address)
    if (found === undefined) {
      outcome = { kind: 'nobody' }
      return
    }
    user = found
    outcome = { kind: 'sent', message: await send(options, delivery, found) }
  }
  try {
    await budgets.posts.spend(`keys:${delivery.id}`, 'progress', work, `@${delivery.address}`)
  } catch (error) {
    outcome = failureOf(error, delivery)
  } finally {
    budgets.posts.forget(`keys:${delivery.id}`)
  }
  const { workspace, platform } = options.chat
  if (outcome.kind === 'sent') {
    const lifetimeMs = options.offerMs ?? courierDefaults.offerMs
    await reveals.offered(delivery, { workspace, user, message: outcome.message, lifetimeMs })
  } else if (outcome.kind === 'nobody') {
    await reveals.reroute(delivery, `${platform} knows nobody with ${delivery.address}`)
  } else if (outcome.kind === 'closed') {
    const graceMs = options.graceMs ?? courierDefaults.graceMs
    await reveals.blocked(delivery, { workspace, user, reason: outcome.reason, graceMs })
  } else {
    await settle(delivery, { state: 'later', error: outcome.reason, delayMs: outcome.delayMs })
  }
}

type Outcome =
  | { readonly kind: 'sent'; readonly message: MessageRef }
  | { readonly kind: 'nobody' }
  | { readonly kind: 'closed'; readonly reason: string }
  | { readonly kind: 'later'; readonly reason: string; readonly delayMs: number }

/** What was claimed before may have been sent before. */
async function send(options: Options, delivery: ClaimedDelivery, user: string): Promise<MessageRef> {
  const { records, chat, offerMs = courierDefaults.offerMs } = options
  const { id, course, person, tries } = delivery
  await records.enrolment.deliveries.reveals.addressed(delivery, { workspace: chat.workspace, user })
  const place = directMessages(chat.platform, { workspace: chat.workspace, user })
  const known = tries > 1 ? await chat.find(id, { place }) : undefined
  const card = offerCard({ id, course, name: person.firstName, until: Date.now() + offerMs })
  return known ?? (await chat.postRoot(place, card, id))
}

function failureOf(error: unknown, { tries }: ClaimedDelivery): Outcome {
  if (!(error instanceof ChatError)) return { kind: 'later', reason: 'the bot stopped', delayMs: 0 }
  const reason = `the direct message could not be sent: ${error.message}`
  if (error.failure !== 'later' || tries >= mostTries) return { kind: 'closed', reason }
  return { kind: 'later', reason, delayMs: error.retryAfterMs ?? againMs }
}

/** Edits messages whose button is of no use any more. Answers whether there may be more. */
export async function settleMessages(options: CourierOptions, held: AbortSignal): Promise<boolean> {
  const { records, chat } = options
  if (options.findPerson === undefined) return false
  const stale = await records.enrolment.deliveries.reveals.stale(chat.workspace, batch)
  await Promise.all(stale.map((message) => settleOne(options, message, held)))
  return stale.length === batch
}

async function settleOne(
  { records, chat, budgets }: CourierOptions,
  stale: StaleMessage,
  held: AbortSignal,
): Promise<void> {
  const work = async () => {
    held.throwIfAborted()
    await chat.edit(stale.message, settledCard(stale))
  }
  const job = `keys:${stale.id}`
  try {
    if ((await budgets.edits.spend(job, 'click', work)) === 'replaced') return
  } catch (error) {
    // One that is gone, or cannot be edited, does not offer anything; for the others there is the next round.
    if (!(error instanceof ChatError) || error.failure === 'later') throw error
  } finally {
    budgets.edits.forget(job)
  }
  await records.enrolment.deliveries.reveals.settledMessage(stale.id)
}
