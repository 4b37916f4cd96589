import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Quota } from '../../../core/course/assignment.ts'
import { bucketAt } from '../../../core/course/bucket.ts'

const quota: Quota = { per: 'team', size: 3, refillMs: 100 }

const quotas = fc.record({
  per: fc.constant('team' as const),
  size: fc.integer({ min: 1, max: 8 }),
  refillMs: fc.integer({ min: 1, max: 500 }),
})
const times = fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 40 }).map((list) => list.sort((a, b) => a - b))

/** The same by the book: a level that rises with the time, up to the brim. `at` is after all that was taken. */
function byTheBook({ size, refillMs }: Quota, taken: readonly number[], at: number): number {
  let level = size * refillMs
  let last = taken[0] ?? at
  for (const time of [...taken, at]) {
    level = Math.min(size * refillMs, level + time - last)
    last = time
    if (time !== at) level -= refillMs
  }
  return level
}

describe('a token bucket', () => {
  it('is full before anything was taken', () => {
    expect(bucketAt(quota, [], 0)).toEqual({ left: 3 })
  })

  it('has one token less for each that was taken, and says when the next is there', () => {
    expect(bucketAt(quota, [0], 0)).toEqual({ left: 2, nextAt: 100 })
    expect(bucketAt(quota, [0, 10, 20], 30)).toEqual({ left: 0, nextAt: 100 })
    expect(bucketAt(quota, [0, 10, 20], 100)).toEqual({ left: 1, nextAt: 200 })
    expect(bucketAt(quota, [0, 10, 20], 300)).toEqual({ left: 3 })
  })

  it('owes what was taken without a token', () => {
    expect(bucketAt({ ...quota, size: 1 }, [0, 0], 50)).toEqual({ left: 0, nextAt: 200 })
  })

  it('holds what a bucket that is filled drop by drop holds', () => {
    fc.assert(
      fc.property(quotas, times, fc.integer({ min: 0, max: 2000 }), (some, taken, later) => {
        const at = (taken.at(-1) ?? 0) + later + 1
        const level = byTheBook(some, taken, at)
        expect(bucketAt(some, taken, at).left).toBe(Math.max(0, Math.floor(level / some.refillMs)))
      }),
    )
  })

  it('has its next token exactly when it says so', () => {
    fc.assert(
      fc.property(quotas, times, (some, taken) => {
        const at = taken.at(-1) ?? 0
        const { left, nextAt } = bucketAt(some, taken, at)
        fc.pre(nextAt !== undefined)
        expect(bucketAt(some, taken, nextAt).left).toBe(left + 1)
        expect(bucketAt(some, taken, nextAt - 1).left).toBe(left)
        expect(nextAt).toBeGreaterThan(at)
      }),
    )
  })

  it('never lets more through than its size and what came back meanwhile', () => {
    fc.assert(
      fc.property(quotas, times, (some, wanted) => {
        const taken: number[] = []
        for (const time of wanted) if (bucketAt(some, taken, time).left > 0) taken.push(time)
        for (const [first, start] of taken.entries()) {
          for (const [last, end] of taken.entries()) {
            if (last < first) continue
            expect(last - first + 1).toBeLessThanOrEqual(some.size + (end - start) / some.refillMs)
          }
        }
      }),
    )
  })
})
