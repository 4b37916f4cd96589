import { sql } from 'kysely'
import type { Database, Session } from './database.ts'
import { readLanes, type WaitingLane } from './lanes.ts'
import { leaseFor, type WorkLease } from './leasing.ts'
import { isPaused } from './pauses.ts'
import { type Submission, toSubmission } from './submission.ts'

export interface ClaimOptions {
  readonly queue: string
  /** This worker process: `<host>/<pid>/<random>`. */
  readonly worker: string
  readonly host: string
  readonly leaseMs: number
  /** Who is next among those that wait, or nobody this worker can serve. Pure: core/schedule. */
  readonly choose: (lanes: Awaited<ReturnType<typeof readLanes>>) => WaitingLane | undefined
}

export interface ClaimedRun {
  readonly submission: Submission
  readonly lease: WorkLease
}

export async function claim(
  database: Database,
  session: Session,
  options: ClaimOptions,
): Promise<ClaimedRun | undefined> {
  await database.lock(session, `claim:${options.queue}`)
  if (await isPaused(session, options.queue)) return undefined
  const lane = options.choose(await readLanes(database, session, options.queue))
  if (lane === undefined) return undefined
  const row = await session
    .updateTable('submission')
    .set({
      ...leaseFor(database, options.worker, options.leaseMs),
      state: 'running',
      started_at: database.now,
      attempt: sql<number>`attempt + 1`,
    })
    .where('id', '=', lane.oldestId)
    .where('state', '=', 'queued')
    .returningAll()
    .executeTakeFirst()
  if (row === undefined) return undefined
  await session
    .insertInto('attempt')
    .values({
      submission: row.id,
      number: row.attempt,
      worker: options.worker,
      host: options.host,
      started_at: database.now,
    })
    .execute()
  return {
    submission: toSubmission(row),
    lease: { submission: row.id, attempt: row.attempt, token: row.lease_token ?? '' },
  }
}
