/** Lets what has a deadline go before what has none. */
export interface Haste {
  /** Does something that has a deadline. */
  first<T>(work: () => Promise<T>): Promise<T>
  /** Resolves when nothing with a deadline is going on, or after `longestMs`. */
  calm(): Promise<void>
}

export function createHaste(longestMs: number): Haste {
  let going = 0
  let waiting: (() => void)[] = []

  function release(): void {
    for (const resolve of waiting) resolve()
    waiting = []
  }

  return {
    async first(work) {
      going += 1
      try {
        return await work()
      } finally {
        going -= 1
        if (going === 0) release()
      }
    },
    async calm() {
      if (going === 0) return
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, longestMs)
        waiting.push(() => {
          clearTimeout(timer)
          resolve()
        })
      })
    },
  }
}
