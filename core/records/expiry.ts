import type { Database, Session } from './database.ts'
import { type Ending, endAttempt, finished, queuedAgain } from './ending.ts'
import { bareResult } from './json.ts'
import { changed, noLease } from './leasing.ts'

/** One lease that ran out, and what became of its submission. */
export interface ExpiredRun {
  readonly submission: string
  readonly queue: string
  readonly outcome: 'queued' | 'finished'
  /** What the logs of the sweeper and of the silent worker know it by. */
  readonly errorId: string
}

export async function expireLeases(database: Database, session: Session, maxAttempts: number): Promise<ExpiredRun[]> {
  await database.lock(session, 'expire-leases')
  const rows = await session
    .selectFrom('submission')
    .selectAll()
    .where('state', '=', 'running')
    .where('lease_until', '<=', database.now)
    .limit(100)
    .execute()
  const expired: ExpiredRun[] = []
  for (const row of rows) {
    const ending = endingOfSilent(row, maxAttempts)
    const update = ending === undefined ? queuedAgain(database, 0) : finished(database, ending)
    const done = await changed(
      session
        .updateTable('submission')
        .set({ ...noLease, ...update })
        .where('id', '=', row.id)
        .where('attempt', '=', row.attempt)
        .where('state', '=', 'running')
        .where('lease_until', '<=', database.now),
    )
    if (!done) continue
    await endAttempt(database, session, row.id, row.attempt, 'lease-lost')
    const outcome = ending === undefined ? 'queued' : 'finished'
    expired.push({ submission: row.id, queue: row.queue, outcome, errorId: errorIdOf(row) })
  }
  return expired
}

interface SilentRow {
  readonly attempt: number
  readonly hand_backs: number
  readonly cancel_requested_at: number | null
  readonly lease_token: string | null
}

/** As the worker names a failure of this attempt. */
function errorIdOf({ lease_token }: SilentRow): string {
  return (lease_token ?? '').slice(0, 8)
}

/** A run whose worker went silent goes on elsewhere, unless somebody cancelled it or it silenced too many workers. */
function endingOfSilent(row: SilentRow, maxAttempts: number): Omit<Ending, 'outcome'> | undefined {
  if (row.cancel_requested_at !== null) {
    return { verdict: 'cancelled', result: bareResult('Cancelled while it ran.', 'cancelled') }
  }
  const tries = row.attempt - row.hand_backs
  if (tries < maxAttempts) return undefined
  const errorId = errorIdOf(row)
  const sentence = `The machine that ran this stopped answering, ${tries} times in a row (error ${errorId}). This is our fault, not yours; the course staff have been told.`
  return { verdict: 'system-error', result: bareResult(sentence, 'lost-worker', errorId) }
}
