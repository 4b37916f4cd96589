import type { HeldImage } from './images.ts'

/** Which images are in use by this process. */
export interface Holds {
  /** @param keys everything the image is known by: its name, its id. */
  hold(reference: string, keys: readonly string[]): HeldImage
  isHeld(key: string): boolean
}

export function createHolds(): Holds {
  const counts = new Map<string, number>()
  const change = (key: string, by: number) => {
    const count = (counts.get(key) ?? 0) + by
    if (count === 0) counts.delete(key)
    else counts.set(key, count)
  }
  return {
    hold(reference, keys) {
      let held = true
      for (const key of keys) change(key, 1)
      return {
        reference,
        release: () => {
          if (held) for (const key of keys) change(key, -1)
          held = false
        },
      }
    },
    isHeld: (key) => counts.has(key),
  }
}
