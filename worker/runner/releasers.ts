export interface Releasers {
  /** @param release must be safe to call again after it failed. */
  add(release: () => Promise<void>): void
  /**
   * Calls all, the newest first, also when one fails; then rejects with the first failure. What failed is kept for the
   * next call, so calling again finishes the work, or does nothing. Concurrent calls share one run.
   */
  release(): Promise<void>
}

export function createReleasers(): Releasers {
  let waiting: (() => Promise<void>)[] = []
  let running: Promise<void> | undefined
  const run = async () => {
    const failures: unknown[] = []
    const kept: typeof waiting = []
    for (const release of waiting.toReversed()) {
      try {
        await release()
      } catch (error) {
        failures.push(error)
        kept.unshift(release)
      }
    }
    waiting = kept
    if (failures.length > 0) throw failures[0]
  }
  return {
    add(release) {
      waiting.push(release)
    },
    release() {
      running ??= run().finally(() => {
        running = undefined
      })
      return running
    },
  }
}
