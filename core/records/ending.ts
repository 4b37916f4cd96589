import { sql } from 'kysely'
import type { Verdict } from '../vocabulary.ts'
import type { Database, Session } from './database.ts'
import { releaseGpus } from './gpu-leases.ts'
import { bareResult, type Result } from './json.ts'
import { changed, noLease, type WorkLease, whereLeased } from './leasing.ts'

export type RetryOutcome = 'queued' | 'given-up' | 'cancelled' | 'lease-lost'

export interface RetryOptions {
  readonly reason: string
  readonly delayMs: number
  readonly maxAttempts: number
  /** Committed when no attempt is left. */
  readonly result: Result
}

export interface Ending {
  readonly verdict: Verdict
  readonly result: Result
  readonly outcome: string
}

export async function finish(database: Database, session: Session, lease: WorkLease, ending: Ending): Promise<boolean> {
  const done = await changed(
    whereLeased(database, session, lease).set({
      ...noLease,
      state: 'finished',
      verdict: ending.verdict,
      finished_at: database.now,
      result_json: JSON.stringify(ending.result),
    }),
  )
  if (done) await endAttempt(database, session, lease.submission, lease.attempt, ending.outcome, ending.result.code)
  return done
}

export async function endAttempt(
  database: Database,
  session: Session,
  submission: string,
  number: number,
  outcome: string,
  reason?: string,
): Promise<void> {
  // A silent worker's container may still run on them.
  if (outcome !== 'lease-lost') await releaseGpus(database, session, submission, number)
  await session
    .updateTable('attempt')
    .set({ ended_at: database.now, outcome, reason: reason ?? null })
    .where('submission', '=', submission)
    .where('number', '=', number)
    .where('ended_at', 'is', null)
    .execute()
}

export async function retry(
  database: Database,
  session: Session,
  lease: WorkLease,
  options: RetryOptions,
): Promise<RetryOutcome> {
  if (await isToBeCancelled(session, lease))
    return (await cancelled(database, session, lease)) ? 'cancelled' : 'lease-lost'
  const row = await session
    .selectFrom('submission')
    .select(['attempt', 'hand_backs'])
    .where('id', '=', lease.submission)
    .executeTakeFirst()
  if (row === undefined) return 'lease-lost'
  if (row.attempt - row.hand_backs >= options.maxAttempts) {
    const ending = { verdict: 'system-error', result: options.result, outcome: 'system-error' } as const
    return (await finish(database, session, lease, ending)) ? 'given-up' : 'lease-lost'
  }
  const queued = await requeue(database, session, lease, { delayMs: options.delayMs })
  if (!queued) return 'lease-lost'
  await endAttempt(database, session, lease.submission, lease.attempt, 'retried', options.reason)
  return 'queued'
}

export async function handBack(database: Database, session: Session, lease: WorkLease): Promise<boolean> {
  if (await isToBeCancelled(session, lease)) return cancelled(database, session, lease)
  const queued = await requeue(database, session, lease, { delayMs: 0, handedBack: true })
  if (queued) await endAttempt(database, session, lease.submission, lease.attempt, 'handed-back')
  return queued
}

/** What somebody wants cancelled does not wait for another turn. */
async function isToBeCancelled(session: Session, lease: WorkLease): Promise<boolean> {
  const row = await session
    .selectFrom('submission')
    .select('cancel_requested_at')
    .where('id', '=', lease.submission)
    .executeTakeFirst()
  return row !== undefined && row.cancel_requested_at !== null
}

function cancelled(database: Database, session: Session, lease: WorkLease): Promise<boolean> {
  const result = bareResult('Cancelled while it ran.', 'cancelled')
  return finish(database, session, lease, { verdict: 'cancelled', result, outcome: 'cancelled' })
}

function requeue(
  database: Database,
  session: Session,
  lease: WorkLease,
  { delayMs, handedBack = false }: { delayMs: number; handedBack?: boolean },
): Promise<boolean> {
  return changed(
    whereLeased(database, session, lease).set({
      ...noLease,
      ...queuedAgain(database, delayMs),
      ...(handedBack ? { hand_backs: sql<number>`hand_backs + 1` } : {}),
    }),
  )
}

/** It keeps its `queued_at`, and with it its turn. */
export function queuedAgain(database: Database, delayMs: number) {
  return {
    state: 'queued' as const,
    available_at: sql<number>`${database.now} + ${delayMs}`,
    woken_at: null,
  }
}

export function finished(database: Database, { verdict, result }: Omit<Ending, 'outcome'>) {
  return {
    state: 'finished' as const,
    verdict,
    finished_at: database.now,
    result_json: JSON.stringify(result),
  }
}
