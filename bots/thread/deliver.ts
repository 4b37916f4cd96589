import { failpoint } from '../../core/failpoint.ts'
import type { Delivery, Purpose } from '../../core/records/deliveries.ts'
import type { Submission } from '../../core/records/submission.ts'
import { ChatError, type MessageRef } from '../chat.ts'
import type { Priority } from '../shares.ts'
import type { ThreadOptions } from './options.ts'

export interface Post {
  readonly submission: Pick<Submission, 'id' | 'place'>
  readonly purpose: Purpose
  readonly priority: Priority
  /** Absent: it goes to the channel. */
  readonly root?: MessageRef
  /** Sends it, with the delivery's id inside. */
  readonly send: (delivery: string) => Promise<MessageRef>
}

/** Tries of one message over all processes, before it counts as undeliverable. */
const mostTries = 60

/**
 * Posts a message at most once. A row from before may or may not have reached the platform, so the platform is asked
 * first. Answers `undefined` where the message will never be there; rejects when it is worth trying again, or when
 * `signal` aborted.
 */
export async function deliver(
  options: ThreadOptions,
  post: Post,
  signal: AbortSignal,
): Promise<MessageRef | undefined> {
  const known = (await options.records.deliveries.ofSubmission(post.submission.id)).find(
    ({ purpose }) => purpose === post.purpose,
  )
  if (known !== undefined && known.state !== 'sending') return known.message
  let message: MessageRef | undefined
  const work = async () => {
    signal.throwIfAborted()
    message = await attempt(options, post)
  }
  const { id, place } = post.submission
  const served = await options.budgets.posts.spend(id, post.priority, work, place.channel)
  signal.throwIfAborted()
  if (served === 'replaced') throw new Error(`the ${post.purpose} of ${post.submission.id} was dropped unsent`)
  return message
}

async function attempt(options: ThreadOptions, post: Post): Promise<MessageRef | undefined> {
  const { deliveries } = options.records
  const { id: submission, place } = post.submission
  const { delivery, fresh } = await deliveries.begin(submission, post.purpose, place)
  if (delivery.state !== 'sending') return delivery.message
  await failpoint(`${post.purpose}-sending`)
  try {
    const message = (fresh ? undefined : await lookFor(options, post, delivery)) ?? (await post.send(delivery.id))
    await failpoint(`${post.purpose}-posted`)
    await deliveries.sent(delivery.id, message)
    await failpoint(`${post.purpose}-sent`)
    return message
  } catch (error) {
    if (!isHopeless(error, delivery)) throw error
    await deliveries.failed(delivery.id, error.message)
    return undefined
  }
}

function lookFor({ chat }: ThreadOptions, { submission, root, purpose }: Post, { id }: Delivery) {
  const alone = purpose === 'notice' ? { alone: true } : {}
  return chat.find(id, { place: submission.place, ...(root === undefined ? {} : { root }), ...alone })
}

function isHopeless(error: unknown, { tries }: Delivery): error is ChatError {
  return error instanceof ChatError && (error.failure !== 'later' || tries >= mostTries)
}

/** Says that these will never be posted, so that nobody owes them any more. */
export async function giveUp(
  { records: { deliveries } }: ThreadOptions,
  { id, place }: Submission,
  purposes: readonly Purpose[],
  reason: string,
): Promise<void> {
  for (const purpose of purposes) {
    const { delivery } = await deliveries.begin(id, purpose, place)
    if (delivery.state === 'sending') await deliveries.failed(delivery.id, reason)
  }
}
