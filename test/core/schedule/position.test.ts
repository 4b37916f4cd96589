import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { estimateStart } from '../../../core/schedule/estimate.ts'
import type { Lane, Served } from '../../../core/schedule/lanes.ts'
import { queuePosition } from '../../../core/schedule/position.ts'

function lane(account: string, waiting: number, more: Partial<Lane> = {}): Lane {
  const base = { course: 'ece408', account, team: account, priority: 'student', oldestQueuedAt: 100 } as const
  return { ...base, oldestId: account, waiting, ...more }
}

function positionOf(lanes: Lane[], index: number, aheadInLane: number, served: Served[] = [], mostWork?: number) {
  const target = lanes[index]
  if (target === undefined) throw new Error('no such lane')
  return queuePosition({ lanes, served, target, aheadInLane, ...(mostWork === undefined ? {} : { mostWork }) })
}

describe('queuePosition', () => {
  it('is 0 for what starts next', () => {
    expect(positionOf([lane('ann', 3)], 0, 0)).toEqual({ before: 0, exact: true })
  })

  it('counts what waits before it in its own lane', () => {
    expect(positionOf([lane('ann', 3)], 0, 2)).toEqual({ before: 2, exact: true })
  })

  it('is not pushed back by a flood of another team', () => {
    const lanes = [lane('ann', 500, { oldestQueuedAt: 1 }), lane('bob', 2)]
    expect(positionOf(lanes, 1, 0).before).toBe(1)
    expect(positionOf(lanes, 1, 1).before).toBe(3)
    expect(positionOf(lanes, 0, 499).before).toBe(501)
  })

  it('knows that whoever runs something waits for those who do not', () => {
    const ann: Served = { course: 'ece408', team: 'ann', account: 'ann', running: 1, lastStartedAt: 9 }
    expect(positionOf([lane('ann', 1, { oldestQueuedAt: 1 }), lane('bob', 1)], 0, 0, [ann]).before).toBe(1)
  })

  it('lets a run end only when every slot is taken', () => {
    const ann: Served = { course: 'ece408', team: 'ann', account: 'ann', running: 2, lastStartedAt: 9 }
    const lanes = [lane('ann', 1), lane('bob', 3)]
    const [target = lane('nobody', 0)] = lanes
    const place = (slots: number) => queuePosition({ lanes, served: [ann], target, aheadInLane: 0, slots }).before
    expect([place(1), place(10)]).toEqual([1, 2])
  })

  it('puts batch behind all students', () => {
    expect(positionOf([lane('staff', 5, { priority: 'batch', oldestQueuedAt: 1 }), lane('ann', 7)], 0, 0).before).toBe(
      7,
    )
  })

  it('says so when the queue is too long to count, and is still nearly right', () => {
    const lanes = Array.from({ length: 200 }, (_, index) => lane(`team${index}`, 1 + (index % 50)))
    const [first] = lanes
    const exact = positionOf(lanes, 49, 20, [], Number.POSITIVE_INFINITY)
    const estimate = positionOf(lanes, 49, 20, [], 1000)
    expect([exact.exact, estimate.exact, first?.waiting]).toEqual([true, false, 1])
    expect(Math.abs(estimate.before - exact.before)).toBeLessThanOrEqual(lanes.length)
  })

  it('takes no long time for thousands', () => {
    const lanes = Array.from({ length: 5000 }, (_, index) => lane(`team${index}`, 20))
    const start = performance.now()
    positionOf(lanes, 4999, 19)
    expect(performance.now() - start).toBeLessThan(5000)
  })

  it('gives each that waits in a queue a place of its own', () => {
    const some = fc.array(fc.record({ team: fc.constantFrom('x', 'y'), waiting: fc.integer({ min: 1, max: 4 }) }), {
      minLength: 1,
      maxLength: 6,
    })
    fc.assert(
      fc.property(some, (all) => {
        const lanes = all.map(({ team, waiting }, index) => lane(`p${index}`, waiting, { team }))
        const places = lanes.flatMap(({ waiting }, index) =>
          Array.from({ length: waiting }, (_, ahead) => positionOf(lanes, index, ahead).before),
        )
        expect(places.sort((a, b) => a - b)).toEqual(places.map((_, index) => index))
      }),
    )
  })

  it('is estimated within one turn of every lane', () => {
    const some = fc.array(
      fc.record({
        team: fc.constantFrom('x', 'y', 'z'),
        course: fc.constantFrom('a', 'b'),
        waiting: fc.integer({ min: 1, max: 9 }),
      }),
      { minLength: 1, maxLength: 8 },
    )
    fc.assert(
      fc.property(some, fc.nat(), (all, pick) => {
        const lanes = all.map(({ team, course, waiting }, index) => lane(`p${index}`, waiting, { team, course }))
        const index = pick % lanes.length
        const ahead = pick % (lanes[index]?.waiting ?? 1)
        const difference = positionOf(lanes, index, ahead).before - positionOf(lanes, index, ahead, [], 0).before
        expect(Math.abs(difference)).toBeLessThanOrEqual(2 * lanes.length)
      }),
    )
  })
})

describe('estimateStart', () => {
  const runs = (count: number, ms = 60_000) => Array.from({ length: count }, () => ms)

  it('says nothing without a recent run or a worker', () => {
    expect(estimateStart({ before: 0, recentRunMs: [], workers: 3 })).toBeUndefined()
    expect(estimateStart({ before: 0, recentRunMs: runs(9), workers: 0 })).toBeUndefined()
  })

  it('shares what is before it among the workers, and waits for one to come free', () => {
    expect(estimateStart({ before: 9, recentRunMs: runs(20), workers: 5 })).toEqual({ ms: 120_000, confidence: 'high' })
  })

  it('trusts itself less with few runs or with very different ones', () => {
    const confidence = (recentRunMs: number[]) => estimateStart({ before: 1, recentRunMs, workers: 1 })?.confidence
    expect(confidence(runs(4))).toBe('low')
    expect(confidence(runs(6))).toBe('medium')
    expect(confidence([...runs(30, 1000), 900_000])).toBe('low')
  })
})
