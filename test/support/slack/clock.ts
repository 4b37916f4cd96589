/**
 * The stand-in's time: the real clock plus what a test added to it. Timers fire when their time comes by either, so
 * that a test waits for nothing it does not want to wait for.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Runs `run` once, `ms` from now; call the answer to call it off. */
  after(ms: number, run: () => void): () => void
  /** Moves time on by `ms` and fires at once, in order, what has become due. */
  advance(ms: number): void
  /** Calls every timer off. */
  close(): void
}

interface Timer {
  readonly due: number
  readonly run: () => void
  handle: NodeJS.Timeout | undefined
}

export const startClock = (base: () => number = Date.now): Clock => {
  const timers = new Set<Timer>()
  let added = 0
  const now = (): number => base() + added
  const drop = (timer: Timer): void => {
    clearTimeout(timer.handle)
    timers.delete(timer)
  }
  const fire = (timer: Timer): void => {
    drop(timer)
    timer.run()
  }
  const arm = (timer: Timer): void => {
    const left = timer.due - now()
    timer.handle = setTimeout(() => (timer.due <= now() ? fire(timer) : arm(timer)), Math.max(1, left))
    timer.handle.unref()
  }
  const fireDue = (): void => {
    const due = [...timers].filter((timer) => timer.due <= now())
    for (const timer of due.sort((a, b) => a.due - b.due)) fire(timer)
  }
  return {
    now,
    after(ms, run) {
      const timer: Timer = { due: now() + ms, run, handle: undefined }
      timers.add(timer)
      arm(timer)
      return () => drop(timer)
    },
    advance(ms) {
      added += ms
      fireDue()
    },
    close() {
      for (const timer of timers) drop(timer)
    },
  }
}
