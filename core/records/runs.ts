import { type RawBuilder, sql } from 'kysely'
import type { Verdict } from '../vocabulary.ts'
import type { Database, Session } from './database.ts'
import { bareResult, type Result } from './json.ts'
import { readLanes, type WaitingLane } from './lanes.ts'
import { changed, leaseFor, noLease, type WorkLease, whereLeased } from './leasing.ts'
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

export type RetryOutcome = 'queued' | 'given-up' | 'lease-lost'
export type CancelOutcome = 'cancelled' | 'cancelling' | 'already-finished'

/** One lease that ran out, and what became of its submission. */
export interface ExpiredRun {
  readonly submission: string
  readonly queue: string
  readonly outcome: 'queued' | 'finished'
}

/**
 * From the queue to the verdict. Every method is one transaction; those that take a lease change nothing and answer
 * false (or `lease-lost`) when it no longer stands.
 */
export interface Runs {
  /** Nothing from a queue that staff paused. */
  claim(options: ClaimOptions): Promise<ClaimedRun | undefined>
  /** Prolongs a lease, staging or running, from now on. */
  renew(lease: WorkLease, leaseMs: number): Promise<boolean>
  /** The only way to a verdict of a run. */
  finish(lease: WorkLease, verdict: Verdict, result: Result): Promise<boolean>
  /** After a failure of ours: back to the queue, or, with `maxAttempts` used up, finished as `system-error`. */
  retry(lease: WorkLease, options: RetryOptions): Promise<RetryOutcome>
  /** A worker that leaves gives its run back. It costs no attempt. */
  handBack(lease: WorkLease): Promise<boolean>
  /** Which of this worker's runs somebody wants cancelled. One query for all of them. */
  cancelRequests(worker: string): Promise<string[]>
  /** Ends what has not started at once; asks the worker to end what runs. */
  requestCancel(submission: string, by: string): Promise<CancelOutcome | undefined>
  /** Requeues or finishes runs whose worker went silent. */
  expireLeases(options: { readonly maxAttempts: number }): Promise<ExpiredRun[]>
  /** Queued submissions that no wake-up was sent for (lately), marked as woken now. */
  takeUnwoken(options: { readonly olderThanMs: number; readonly limit: number }): Promise<Unwoken[]>
  /** Undoes `takeUnwoken` where sending failed. */
  putBackUnwoken(submissions: readonly string[]): Promise<void>
}

export interface Unwoken {
  readonly id: string
  readonly queue: string
}

export interface RetryOptions {
  readonly reason: string
  readonly delayMs: number
  readonly maxAttempts: number
  /** Committed when no attempt is left. */
  readonly result: Result
}

export function createRuns(database: Database): Runs {
  return {
    claim: (options) => database.write((session) => claim(database, session, options)),
    renew: (lease, leaseMs) =>
      database.write((session) =>
        changed(whereLeased(database, session, lease).set({ lease_until: sql<number>`${database.now} + ${leaseMs}` })),
      ),
    finish: (lease, verdict, result) =>
      database.write((session) => finish(database, session, lease, { verdict, result, outcome: verdict })),
    retry: (lease, options) => database.write((session) => retry(database, session, lease, options)),
    handBack: (lease) => database.write((session) => handBack(database, session, lease)),
    cancelRequests: (worker) => database.read((session) => cancelRequests(session, worker)),
    requestCancel: (id, by) => database.write((session) => requestCancel(database, session, id, by)),
    expireLeases: (options) => database.write((session) => expireLeases(database, session, options.maxAttempts)),
    takeUnwoken: (options) => database.write((session) => takeUnwoken(database, session, options)),
    putBackUnwoken: (submissions) => database.write((session) => markWoken(session, submissions, null)),
  }
}

async function claim(database: Database, session: Session, options: ClaimOptions): Promise<ClaimedRun | undefined> {
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

interface Ending {
  readonly verdict: Verdict
  readonly result: Result
  readonly outcome: string
}

async function finish(database: Database, session: Session, lease: WorkLease, ending: Ending): Promise<boolean> {
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

async function endAttempt(
  database: Database,
  session: Session,
  submission: string,
  number: number,
  outcome: string,
  reason?: string,
): Promise<void> {
  await session
    .updateTable('attempt')
    .set({ ended_at: database.now, outcome, reason: reason ?? null })
    .where('submission', '=', submission)
    .where('number', '=', number)
    .where('ended_at', 'is', null)
    .execute()
}

async function retry(
  database: Database,
  session: Session,
  lease: WorkLease,
  options: RetryOptions,
): Promise<RetryOutcome> {
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

async function handBack(database: Database, session: Session, lease: WorkLease): Promise<boolean> {
  const queued = await requeue(database, session, lease, { delayMs: 0, handedBack: true })
  if (queued) await endAttempt(database, session, lease.submission, lease.attempt, 'handed-back')
  return queued
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
function queuedAgain(database: Database, delayMs: number) {
  return {
    state: 'queued' as const,
    available_at: sql<number>`${database.now} + ${delayMs}`,
    woken_at: null,
  }
}

async function cancelRequests(session: Session, worker: string): Promise<string[]> {
  const rows = await session
    .selectFrom('submission')
    .select('id')
    .where('lease_owner', '=', worker)
    .where('state', '=', 'running')
    .where('cancel_requested_at', 'is not', null)
    .execute()
  return rows.map((row) => row.id)
}

async function requestCancel(
  database: Database,
  session: Session,
  id: string,
  by: string,
): Promise<CancelOutcome | undefined> {
  const request = { cancel_requested_at: database.now, cancelled_by: by }
  const waiting = session
    .updateTable('submission')
    .set({
      ...request,
      ...noLease,
      state: 'finished',
      verdict: 'cancelled',
      finished_at: database.now,
      result_json: JSON.stringify(bareResult('Cancelled before it started.', 'cancelled')),
    })
    .where('id', '=', id)
    .where('state', 'in', ['received', 'staging', 'queued'])
  if (await changed(waiting)) return 'cancelled'
  const running = session
    .updateTable('submission')
    .set(request)
    .where('id', '=', id)
    .where('state', '=', 'running')
    .where('cancel_requested_at', 'is', null)
  if (await changed(running)) return 'cancelling'
  const row = await session.selectFrom('submission').select('state').where('id', '=', id).executeTakeFirst()
  if (row === undefined) return undefined
  return row.state === 'finished' ? 'already-finished' : 'cancelling'
}

async function expireLeases(database: Database, session: Session, maxAttempts: number): Promise<ExpiredRun[]> {
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

function finished(database: Database, { verdict, result }: Omit<Ending, 'outcome'>) {
  return {
    state: 'finished' as const,
    verdict,
    finished_at: database.now,
    result_json: JSON.stringify(result),
  }
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

async function takeUnwoken(
  database: Database,
  session: Session,
  { olderThanMs, limit }: { olderThanMs: number; limit: number },
): Promise<Unwoken[]> {
  await database.lock(session, 'take-unwoken')
  const rows = await session
    .selectFrom('submission')
    .select(['id', 'queue'])
    .where('state', '=', 'queued')
    .where('available_at', '<=', database.now)
    .where((build) =>
      build.or([build('woken_at', 'is', null), build('woken_at', '<', sql<number>`${database.now} - ${olderThanMs}`)]),
    )
    .orderBy('queued_at')
    .limit(limit)
    .execute()
  await markWoken(
    session,
    rows.map((row) => row.id),
    database.now,
  )
  return rows
}

async function markWoken(session: Session, ids: readonly string[], at: RawBuilder<number> | null): Promise<void> {
  if (ids.length === 0) return
  await session
    .updateTable('submission')
    .set({ woken_at: at })
    .where('id', 'in', ids)
    .where('state', '=', 'queued')
    .execute()
}
