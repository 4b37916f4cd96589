/** Wakes a loop that sleeps. A ring while nobody waits is kept for the next wait, so that none is missed. */
export interface Bell {
  ring(): void
  /** Resolves at the next ring, after `ms` milliseconds, or when `signal` aborts. One waiter at a time. */
  wait(options?: { readonly ms?: number; readonly signal?: AbortSignal }): Promise<void>
}

export function createBell(): Bell {
  let rung = false
  let wake: (() => void) | undefined
  return {
    ring: () => {
      rung = true
      wake?.()
    },
    wait: async ({ ms, signal } = {}) => {
      if (!rung && signal?.aborted !== true) await sleep(ms, signal, (resolve) => (wake = resolve))
      rung = false
      wake = undefined
    },
  }
}

function sleep(
  ms: number | undefined,
  signal: AbortSignal | undefined,
  onStart: (resolve: () => void) => void,
): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const timer = ms === undefined ? undefined : setTimeout(end, ms)
    signal?.addEventListener('abort', end)
    onStart(end)
  })
}
