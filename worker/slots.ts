/** One run's place on a worker. */
export interface Slot {
  /** A run has it now: the queue has had its turn. */
  use(): void
  /** Gives it back. A second call does nothing. */
  release(): void
}

/** How many runs a worker has at a time, over all its queues. */
export interface Slots {
  /**
   * Waits for a slot: of the queues that wait, the one goes first that has had the fewest runs for its weight.
   * `undefined` once `signal` aborts.
   */
  take(queue: string, signal: AbortSignal): Promise<Slot | undefined>
}

interface Waiting {
  readonly queue: string
  readonly give: (slot: Slot | undefined) => void
}

/** @param weights shares of queues; one that is not named has 1. */
export function createSlots(count: number, weights: ReadonlyMap<string, number> = new Map()): Slots {
  const waiting = new Set<Waiting>()
  const turns = new Map<string, number>()
  let free = count
  // What whoever was served last had had. A queue that had nothing to run until now does not make up for it.
  let lately = 0
  const turnOf = (queue: string) => turns.get(queue) ?? 0
  const hand = () => {
    while (free > 0 && waiting.size > 0) {
      const next = [...waiting].reduce((first, one) => (turnOf(one.queue) < turnOf(first.queue) ? one : first))
      waiting.delete(next)
      free -= 1
      next.give(slotFor(next.queue))
    }
  }
  const slotFor = (queue: string): Slot => {
    let held = true
    return {
      use: () => {
        lately = Math.max(lately, turnOf(queue))
        turns.set(queue, turnOf(queue) + 1 / (weights.get(queue) ?? 1))
      },
      release: () => {
        if (!held) return
        held = false
        free += 1
        hand()
      },
    }
  }
  return {
    take: (queue, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve(undefined)
        turns.set(queue, Math.max(turnOf(queue), lately))
        const leave = () => one.give(undefined)
        const one: Waiting = {
          queue,
          give: (slot) => {
            waiting.delete(one)
            signal.removeEventListener('abort', leave)
            resolve(slot)
          },
        }
        signal.addEventListener('abort', leave)
        waiting.add(one)
        hand()
      }),
  }
}
