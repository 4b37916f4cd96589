import { sql } from 'kysely'
import type { Database, Session } from './database.ts'
import { finished } from './ending.ts'
import { bareResult } from './json.ts'
import { noLease } from './leasing.ts'

interface Newer {
  readonly id: string
  readonly account: string
  readonly course: string
  readonly assignment?: string
}

/** Of a finished submission. No text in the result can look like this: its quotes would have backslashes. */
export const wasSuperseded = sql<boolean>`(verdict = 'cancelled' and coalesce(result_json, '') like '%"code":"superseded"%')`

/**
 * Ends what the same person has waiting for the same assignment: a newer one takes its place. Repetitions stay, and
 * what staff have running in batches.
 */
export async function supersede(database: Database, session: Session, newer: Newer): Promise<void> {
  const { id, account, course, assignment } = newer
  const sentence = `Your newer submission ${id.slice(0, 8)} took its place before it started.`
  await session
    .updateTable('submission')
    .set({
      ...noLease,
      ...finished(database, { verdict: 'cancelled', result: bareResult(sentence, 'superseded') }),
      cancel_requested_at: database.now,
      cancelled_by: account,
    })
    .where('account', '=', account)
    .where('course', '=', course)
    .where((row) => (assignment === undefined ? row('assignment', 'is', null) : row('assignment', '=', assignment)))
    .where('parent', 'is', null)
    .where('priority', '=', 'student')
    .where('state', 'in', ['received', 'staging', 'queued'])
    .execute()
}
