import { type Bell, createBell } from '../core/bell.ts'

/** How many runs a worker has at a time, over all its queues. */
export interface Slots {
  /** Gives a slot back when it is called. `undefined`: none is free. */
  take(): (() => void) | undefined
  /** Resolves when one may be free, or when `signal` aborts. */
  freed(signal: AbortSignal): Promise<void>
}

export function createSlots(count: number): Slots {
  const waiting = new Set<Bell>()
  let taken = 0
  const giveBack = () => {
    taken -= 1
    for (const bell of waiting) bell.ring()
  }
  return {
    take: () => {
      if (taken >= count) return undefined
      taken += 1
      return giveBack
    },
    freed: async (signal) => {
      const bell = createBell()
      waiting.add(bell)
      await bell.wait({ signal })
      waiting.delete(bell)
    },
  }
}
