import type { Clock } from './clock.ts'
import type { Rate } from './limits.ts'

/** Sliding windows: refused calls do not count, exactly as many as allowed pass in any window. */
export interface Rates {
  /** Undefined when the call may go on, which then counts; else the milliseconds to wait. */
  take(key: string, rate: Rate): number | undefined
}

export const createRates = (clock: Clock): Rates => {
  const windows = new Map<string, number[]>()
  return {
    take(key, { calls, perMs }) {
      const now = clock.now()
      const recent = (windows.get(key) ?? []).filter((at) => at > now - perMs)
      const [oldest] = recent
      windows.set(key, recent)
      if (recent.length >= calls && oldest !== undefined) return oldest + perMs - now
      recent.push(now)
      return undefined
    },
  }
}
