import { setTimeout as delay } from 'node:timers/promises'
import { messageOf } from '../core/errors.ts'
import type { Queue, WakeUpDelivery } from '../core/queue/queue.ts'
import type { ClaimedRun, ClaimOptions } from '../core/records/claim.ts'
import type { Waker } from '../core/submission/waker.ts'
import { runAttempt } from './attempt.ts'
import type { AttemptOptions } from './attempt-options.ts'
import { createSlots, type Slots } from './slots.ts'
import { createStop, type Stop } from './stop.ts'

export interface WorkerOptions extends AttemptOptions {
  readonly queue: Queue
  readonly waker: Waker
  /** The queues this worker serves. */
  readonly queues: readonly string[]
  /** Runs at a time. */
  readonly slots: number
  readonly choose: ClaimOptions['choose']
  /** How long a receive waits, in seconds. */
  readonly waitSeconds: number
  /** How long runs may go on after `drain` before they are handed back. */
  readonly drainMs: number
  /** How often cancel requests are looked for. */
  readonly cancelPollMs: number
  /** Why nothing more may be claimed now, or `undefined`. Asked before each claim; what runs goes on. */
  readonly mayClaim?: () => string | undefined
  /** How long a worker that may not claim waits before it asks again, in milliseconds. */
  readonly holdMs?: number
  /** Told of each run that another worker goes on with. */
  readonly onLeaseLost?: (claimed: ClaimedRun) => void
}

export interface WorkerState {
  readonly running: readonly string[]
}

/** What the loops of all queues have in common. */
interface Shared {
  readonly stops: Map<string, Stop>
  readonly slots: Slots
}

/** Claims and runs until it is told to stop. */
export interface Worker {
  /**
   * Works until `signal` aborts, then claims no more, lets what runs go on for `drainMs`, hands back the rest, and
   * resolves.
   */
  run(signal: AbortSignal): Promise<void>
  /** Hands back what runs at once. */
  leaveNow(): void
  state(): WorkerState
}

export function createWorker(options: WorkerOptions): Worker {
  const stops = new Map<string, Stop>()
  const shared = { stops, slots: createSlots(options.slots) }
  const leaveNow = () => {
    for (const stop of stops.values()) stop.stop('hand-back')
  }
  return {
    run: async (signal) => {
      const done = new AbortController()
      const watching = watchCancels(options, stops, done.signal)
      const serving = options.queues.map((queue) => serveQueue(options, queue, shared, signal))
      signal.addEventListener('abort', () => setTimeout(leaveNow, options.drainMs).unref())
      await Promise.all(serving)
      done.abort()
      await watching
    },
    leaveNow,
    state: () => ({ running: [...stops.keys()] }),
  }
}

/**
 * Claims whenever a slot is free: first directly, because after a run the next one usually waits already, then at each
 * wake-up. A receive that times out is followed by a claim too, so a lost message costs time, never a submission. The
 * message goes only after the claim has committed; until then a crash brings it back.
 */
async function serveQueue(options: WorkerOptions, queue: string, shared: Shared, signal: AbortSignal): Promise<void> {
  const running = new Set<Promise<void>>()
  let message: WakeUpDelivery | undefined
  while (!signal.aborted) {
    const release = shared.slots.take()
    if (release === undefined) {
      await shared.slots.freed(signal)
      continue
    }
    if (options.mayClaim?.() !== undefined) {
      release()
      // Another worker may take it at once.
      await message?.giveBack(0).catch(() => undefined)
      message = undefined
      await delay(options.holdMs ?? 1000, undefined, { signal, ref: false }).catch(() => undefined)
      continue
    }
    const claimed = await patiently(options, queue, signal, () => claim(options, queue))
    if (message !== undefined) await removeMessage(options, queue, message)
    message = undefined
    if (claimed === undefined) {
      release()
      message = await patiently(options, queue, signal, () => receive(options, queue, signal))
      continue
    }
    const run = runClaimed(options, claimed, shared.stops).finally(() => {
      running.delete(run)
      release()
    })
    running.add(run)
  }
  await message?.giveBack(0).catch(() => undefined)
  await Promise.all(running)
}

function receive(options: WorkerOptions, queue: string, signal: AbortSignal): Promise<WakeUpDelivery | undefined> {
  const onInvalid = (body: string, problem: string) => {
    options.log.error({ queue, bytes: body.length, problem }, 'an invalid message was put aside')
    options.records.operations.putAside({ queue, problem, body }).catch((error: unknown) => {
      options.log.warn({ queue, problem: messageOf(error) }, 'an invalid message could not be written down')
    })
  }
  return options.queue.receive(queue, { waitSeconds: options.waitSeconds, signal, onInvalid })
}

async function removeMessage({ log }: WorkerOptions, queue: string, message: WakeUpDelivery): Promise<void> {
  await message.done().catch((error: unknown) => {
    log.warn({ queue, problem: messageOf(error) }, 'a message could not be removed; it will come again')
  })
}

/** A part that fails is asked again after a second: an outage is a line in the log, not the worker's end. */
async function patiently<T>(
  { log }: WorkerOptions,
  queue: string,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    log.warn({ queue, problem: messageOf(error) }, 'cannot look for work; trying again')
    await delay(1000, undefined, { signal, ref: false }).catch(() => undefined)
    return undefined
  }
}

function claim({ records, worker, host, leaseMs, choose }: WorkerOptions, queue: string) {
  return records.runs.claim({ queue, worker, host, leaseMs, choose })
}

async function runClaimed(options: WorkerOptions, claimed: ClaimedRun, stops: Map<string, Stop>): Promise<void> {
  const stop = createStop()
  stops.set(claimed.submission.id, stop)
  try {
    await runAttempt(options, claimed, stop)
    // Handed back or to be retried: somebody should be told. Finished: this finds nothing.
    if (stop.reason() === 'hand-back') await options.waker.wake()
    if (stop.reason() === 'lease-lost') options.onLeaseLost?.(claimed)
  } finally {
    stops.delete(claimed.submission.id)
  }
}

/** One query for all that runs here. */
async function watchCancels(options: WorkerOptions, stops: Map<string, Stop>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await delay(options.cancelPollMs, undefined, { signal, ref: false }).catch(() => undefined)
    if (stops.size === 0) continue
    try {
      for (const id of await options.records.runs.cancelRequests(options.worker)) stops.get(id)?.stop('cancel')
    } catch (error) {
      options.log.warn({ problem: messageOf(error) }, 'cannot look for cancel requests; trying again')
    }
  }
}
