import type { InvalidMessage } from '../records/operations.ts'
import type { Records } from '../records/records.ts'
import type { Submission } from '../records/submission.ts'
import type { SourceRequest } from '../vocabulary.ts'
import { ambiguousLetter, notDead, unknownLetter } from './dead-letter-refusals.ts'
import { sourcePlaceOf } from './submit.ts'

/** What did not work through our fault, or can never work, until staff look at it. */
export type DeadLetter =
  | { readonly kind: 'submission'; readonly submission: Submission }
  | { readonly kind: 'message'; readonly message: InvalidMessage }

export type Revived =
  /** `repeated`: somebody had done so before. */
  | { readonly kind: 'submission'; readonly submission: Submission; readonly repeated: boolean }
  | { readonly kind: 'message'; readonly message: InvalidMessage }

/** Newest first, at most `limit` of each kind. */
export async function listDeadLetters({ operations }: Records, limit: number): Promise<DeadLetter[]> {
  const submissions = await operations.failedByUs(limit)
  const messages = await operations.invalidMessages(limit)
  return [
    ...submissions.map((submission) => ({ kind: 'submission', submission }) as const),
    ...messages.map((message) => ({ kind: 'message', message }) as const),
  ].sort((one, other) => timeOf(other) - timeOf(one))
}

function timeOf(letter: DeadLetter): number {
  return letter.kind === 'message' ? letter.message.receivedAt : (letter.submission.finishedAt ?? 0)
}

/**
 * Runs a dead submission again, as a new one that has the old one as its parent: the old submitted-at, no quota, the
 * same code where it was stored already. Doing so twice finds the first one. A message held no work, so it only goes
 * off the list. Rejects with a `Refusal` for what is not dead.
 */
export async function revive(records: Records, prefix: string): Promise<Revived> {
  const dead = await find(records, prefix)
  if (dead.kind === 'message') {
    await records.operations.dropMessage(dead.message.id)
    return dead
  }
  return { kind: 'submission', ...(await again(records, dead.submission)) }
}

const fewest = 100

async function find({ lookup, operations }: Records, prefix: string): Promise<DeadLetter> {
  if (/^[0-9a-f]{4,24}$/.test(prefix)) {
    const messages = (await operations.invalidMessages(fewest)).filter(({ id }) => id.startsWith(prefix))
    const submissions = await lookup.byPrefix(prefix, 2)
    if (messages.length + submissions.length > 1) throw ambiguousLetter(prefix)
    const [message] = messages
    if (message !== undefined) return { kind: 'message', message }
    const [submission] = submissions
    if (submission?.verdict === 'system-error') return { kind: 'submission', submission }
    if (submission !== undefined) throw notDead(submission)
  }
  throw unknownLetter(prefix)
}

function again({ intake }: Records, dead: Submission) {
  const source = sourceOf(dead)
  return intake.receive(
    {
      eventKey: `retry:${dead.id}`,
      place: dead.place,
      account: dead.account,
      course: dead.course,
      queue: dead.queue,
      priority: dead.priority,
      source,
      sourcePlace: sourcePlaceOf(source, dead.place),
      parent: dead.id,
      submittedAt: dead.submittedAt,
      ...(dead.team === undefined ? {} : { team: dead.team }),
      ...(dead.assignment === undefined ? {} : { assignment: dead.assignment }),
    },
    // It was admitted once already, and it was our fault.
    () => undefined,
  )
}

/** What was never stored has to be fetched again. */
function sourceOf({ id, staged, source }: Submission): SourceRequest {
  return staged === undefined ? source : { kind: 'rerun', submission: id }
}
