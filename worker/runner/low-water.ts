/** Remembers how little room there was at the worst moment. */
export interface LowWater {
  /** The least number of free bytes since the last call. */
  take(): Promise<number>
  close(): void
}

const sampleMs = 200

/**
 * Looks at a file system every 200 ms, because programs that run out of room often remove their half-written file
 * before they end. A shorter shortage can be missed.
 */
export function watchLowWater(freeBytes: () => Promise<number>): LowWater {
  let least = Number.POSITIVE_INFINITY
  const look = async () => {
    least = Math.min(least, await freeBytes())
  }
  const timer = setInterval(() => {
    // A file system that is gone has nobody left to ask about it.
    look().catch(() => {})
  }, sampleMs)
  timer.unref()
  return {
    async take() {
      await look()
      const found = least
      least = Number.POSITIVE_INFINITY
      return found
    },
    close() {
      clearInterval(timer)
    },
  }
}

/** Free bytes below which `/build` counts as full: some blocks, kept for the file system's tables, always stay. */
const fullBelow = 256 * 1024

export function buildCountsAsFull(freeBytes: number): boolean {
  return freeBytes < fullBelow
}
