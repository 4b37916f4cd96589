/** Wakes one waiter, now or at its next wait. */
export interface Bell {
  ring(): void
  /** Resolves when rung since the last wait ended, after `ms`, or when `signal` aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>
}

export function createBell(): Bell {
  let rung = false
  let wake: (() => void) | undefined

  return {
    ring() {
      rung = true
      wake?.()
    },
    async wait(ms, signal) {
      let release: (() => void) | undefined
      if (!rung && !signal.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve
          const timer = setTimeout(resolve, ms)
          const onAbort = () => resolve()
          signal.addEventListener('abort', onAbort)
          release = () => {
            clearTimeout(timer)
            signal.removeEventListener('abort', onAbort)
          }
        })
      }
      release?.()
      wake = undefined
      rung = false
    },
  }
}
