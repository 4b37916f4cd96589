import type { RunLimits } from './runner.ts'

/** Why we end the commands; the program's own ways to end are not here. */
type StopReason = 'timed-out' | 'output-limit' | 'aborted'

export interface Stop {
  /** The first reason; later ones change nothing. */
  readonly reason: StopReason | undefined
  /** Resolves with the first reason, if ever. */
  readonly tripped: Promise<StopReason>
  trip(reason: StopReason): void
  /** Ends the timer and the listener. */
  close(): void
}

/** Starts the wall clock. Trips at the time limit and when `signal` aborts; output trips it by hand. */
export function createStop({ timeMs }: Pick<RunLimits, 'timeMs'>, signal: AbortSignal): Stop {
  let reason: StopReason | undefined
  let resolve: (reason: StopReason) => void = () => {}
  const tripped = new Promise<StopReason>((settle) => {
    resolve = settle
  })
  const trip = (because: StopReason) => {
    reason ??= because
    resolve(reason)
  }
  const timer = setTimeout(() => trip('timed-out'), timeMs)
  const onAbort = () => trip('aborted')
  if (signal.aborted) onAbort()
  signal.addEventListener('abort', onAbort, { once: true })
  return {
    get reason() {
      return reason
    },
    tripped,
    trip,
    close() {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
    },
  }
}
