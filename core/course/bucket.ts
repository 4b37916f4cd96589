import type { Quota } from './assignment.ts'

export interface Bucket {
  /** Whole tokens. */
  readonly left: number
  /** When there is one more, in milliseconds since the epoch. Absent while the bucket is full. */
  readonly nextAt?: number
}

/**
 * A token bucket that was full before anything was taken, at the time `at`.
 *
 * @param taken When a token was taken, oldest first. What was taken without a token (staff may) is owed.
 */
export function bucketAt({ size, refillMs }: Quota, taken: readonly number[], at: number): Bucket {
  // When all that was taken will have come back: one number is the whole bucket, and stays exact.
  const fullAt = taken.reduce((full, time) => Math.max(full, time) + refillMs, Number.NEGATIVE_INFINITY)
  if (fullAt <= at) return { left: size }
  const missing = Math.ceil((fullAt - at) / refillMs)
  const left = Math.max(0, size - missing)
  return { left, nextAt: fullAt - (size - left - 1) * refillMs }
}
