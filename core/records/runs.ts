import { sql } from 'kysely'
import type { Verdict } from '../vocabulary.ts'
import { type CancelOutcome, cancelRequests, requestCancel } from './cancelling.ts'
import { type ClaimedRun, type ClaimOptions, claim } from './claim.ts'
import type { Database } from './database.ts'
import { finish, handBack, type RetryOptions, type RetryOutcome, retry } from './ending.ts'
import { type ExpiredRun, expireLeases } from './expiry.ts'
import { renewGpus } from './gpu-leases.ts'
import type { Result } from './json.ts'
import { changed, type WorkLease, whereLeased } from './leasing.ts'
import { markWoken, takeUnwoken, type Unwoken } from './waking.ts'

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

export function createRuns(database: Database): Runs {
  return {
    claim: (options) => database.write((session) => claim(database, session, options)),
    renew: (lease, leaseMs) =>
      database.write(async (session) => {
        const until = sql<number>`${database.now} + ${leaseMs}`
        const renewed = await changed(whereLeased(database, session, lease).set({ lease_until: until }))
        if (renewed) await renewGpus(database, session, lease, leaseMs)
        return renewed
      }),
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
