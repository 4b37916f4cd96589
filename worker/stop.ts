/** Why an attempt is ended before its commands are through. The first reason stands. */
export type StopReason = 'cancel' | 'lease-lost' | 'hand-back'

export interface Stop {
  readonly signal: AbortSignal
  reason(): StopReason | undefined
  stop(reason: StopReason): void
}

export function createStop(): Stop {
  const controller = new AbortController()
  let first: StopReason | undefined
  return {
    signal: controller.signal,
    reason: () => first,
    stop: (reason) => {
      first ??= reason
      controller.abort()
    },
  }
}
