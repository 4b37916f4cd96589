import type { Database, Session } from './database.ts'
import { type Ending, endAttempt, finished, queuedAgain } from './ending.ts'
import { bareResult } from './json.ts'
import { changed, noLease } from './leasing.ts'

/** One lease that ran out, and what became of its submission. */
export interface ExpiredRun {
  readonly submission: string
  readonly queue: string
  readonly outcome: 'queued' | 'finished'
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
    expired.push({ submission: row.id, queue: row.queue, outcome: ending === undefined ? 'queued' : 'finished' })
  }
  return expired
}

/** A run whose worker went silent goes on elsewhere, unless somebody cancelled it or it silenced too many workers. */
function endingOfSilent(
  row: { attempt: number; hand_backs: number; cancel_requested_at: number | null },
  maxAttempts: number,
): Omit<Ending, 'outcome'> | undefined {
  if (row.cancel_requested_at !== null) {
    return { verdict: 'cancelled', result: bareResult('Cancelled while it ran.', 'cancelled') }
  }
  const tries = row.attempt - row.hand_backs
  if (tries < maxAttempts) return undefined
  const sentence = `The machine that ran this stopped answering, ${tries} times in a row. This is our fault, not yours; the course staff have been told.`
  return { verdict: 'system-error', result: bareResult(sentence, 'lost-worker') }
}
