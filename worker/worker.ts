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
  /** Shares of the slots by queue; one that is not named has 1. */
  readonly weights?: ReadonlyMap<string, number>
  readonly choose: ClaimOptions['choose']
  /** Queues whose runs have a host for themselves. */
  readonly exclusive?: readonly string[]
  /** How long after a silent worker's lease its GPUs stay taken, in milliseconds. */
  readonly gpuGraceMs?: number
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
  /** Ends a wait for messages. A new one each time. */
  interrupt: AbortController
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
  const slots = createSlots(options.slots, options.weights)
  const shared: Shared = { stops, slots, interrupt: new AbortController() }
  const leaveNow = () => {
    for (const stop of stops.values()) stop.stop('hand-back')
  }
  return {
    run: async (signal) => {
      const done = new AbortController()
      const watching = watchCancels(options, stops, done.signal)
      const serving = options.queues.map((queue) => serveQueue(options, queue, shared, signal))
      signal.addEventListener('abort', () => {
        setTimeout(leaveNow, options.drainMs).unref()
        shared.interrupt.abort()
      })
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
    const slot = await shared.slots.take(queue, signal)
    if (slot === undefined) break
    if (options.mayClaim?.() !== undefined) {
      slot.release()
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
      slot.release()
      message = await patiently(options, queue, signal, () => receive(options, queue, shared.interrupt.signal))
      continue
    }
    slot.use()
    const run = runClaimed(options, claimed, shared.stops).finally(() => {
      running.delete(run)
      slot.release()
      if (claimed.gpus.length > 0 || options.exclusive?.length) lookAgain(shared, signal)
    })
    running.add(run)
  }
  await message?.giveBack(0).catch(() => undefined)
  await Promise.all(running)
}

/** What waited for this run's GPUs, or for the host, may start now, and no message will say so. */
function lookAgain(shared: Shared, signal: AbortSignal): void {
  if (signal.aborted) return
  const { interrupt } = shared
  shared.interrupt = new AbortController()
  interrupt.abort()
}

function receive(options: WorkerOptions, queue: string, signal: AbortSignal): Promise<WakeUpDelivery | undefined> {
  const onInvalid = (body: string, problem: string) => void putAside(options, { queue, problem, body })
  // While a host gets free for it, nobody sends a message.
  const waitSeconds = Math.min(options.waitSeconds, options.exclusive?.includes(queue) ? 5 : Number.POSITIVE_INFINITY)
  return options.queue.receive(queue, { waitSeconds, signal, onInvalid })
}

async function putAside(
  { log, records }: WorkerOptions,
  message: { readonly queue: string; readonly problem: string; readonly body: string },
): Promise<void> {
  const { queue, problem, body } = message
  try {
    const id = await records.operations.putAside(message)
    log.error({ queue, bytes: body.length, problem, errorId: id.slice(0, 8) }, 'an invalid message was put aside')
  } catch (error) {
    log.error({ queue, bytes: body.length, problem }, 'an invalid message was dropped')
    log.warn({ queue, problem: messageOf(error) }, 'an invalid message could not be written down')
  }
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

function claim(options: WorkerOptions, queue: string) {
  const { records, worker, host, leaseMs, choose, exclusive = [], gpus: pool, gpuGraceMs: graceMs = 60_000 } = options
  const gpus = pool === undefined ? {} : { gpus: { devices: pool.offered(), graceMs } }
  return records.runs.claim({ queue, worker, host, leaseMs, choose, exclusive, ...gpus })
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
