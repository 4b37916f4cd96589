import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { messageOf } from '../errors.ts'
import type { Runs } from '../records/runs.ts'
import type { Waker } from './waker.ts'

export interface SweeperOptions {
  readonly runs: Runs
  readonly waker: Waker
  readonly log: Logger
  readonly intervalMs: number
  readonly maxAttempts: number
}

/**
 * Finishes what a crash cut: runs whose worker went silent, queued submissions whose message was lost. Any number of
 * processes may sweep at once. Returns when `signal` aborts.
 */
export async function runSweeper(options: SweeperOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sweepOnce(options)
    await delay(options.intervalMs, undefined, { signal, ref: false }).catch(() => undefined)
  }
}

/** One round. Never rejects: what could not be swept is swept in the next one. */
export async function sweepOnce({ runs, waker, log, maxAttempts }: Omit<SweeperOptions, 'intervalMs'>): Promise<void> {
  try {
    for (const { submission, outcome, errorId } of await runs.expireLeases({ maxAttempts })) {
      log.warn({ submission, outcome, errorId }, 'a worker went silent')
    }
  } catch (error) {
    log.warn({ problem: messageOf(error) }, 'leases could not be swept; trying again')
  }
  await waker.wake()
}
