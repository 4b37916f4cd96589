import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { groupBy } from '../../../core/group-by.ts'
import { chooseNext } from '../../../core/schedule/choose.ts'
import type { Lane, Served } from '../../../core/schedule/lanes.ts'
import { type Arrival, type SimulatedRun, simulate } from '../../support/simulate.ts'

function lane(account: string, more: Partial<Lane> = {}): Lane {
  const base = { course: 'ece408', account, priority: 'student', waiting: 1, oldestQueuedAt: 100 } as const
  return { ...base, oldestId: account, ...more }
}

function served(account: string, running: number, lastStartedAt = 0, more: Partial<Served> = {}): Served {
  return { course: 'ece408', account, running, lastStartedAt, ...more }
}

function chosen(lanes: Lane[], had: Served[] = [], weights = new Map<string, number>()): string | undefined {
  return chooseNext(lanes, had, { weights })?.account
}

describe('chooseNext', () => {
  it('finds nothing where nothing waits', () => {
    expect(chosen([])).toBeUndefined()
    expect(chosen([lane('ann', { waiting: 0 })])).toBeUndefined()
  })

  it('takes students before batch, however much they have had', () => {
    const lanes = [lane('staff', { priority: 'batch', oldestQueuedAt: 1 }), lane('ann')]
    expect(chosen(lanes, [served('ann', 9)])).toBe('ann')
  })

  it('does not count a regrade against the students of the course', () => {
    const lanes = [lane('ann', { course: 'a' }), lane('bob', { course: 'b', oldestQueuedAt: 200 })]
    const had = [served('staff', 9, 50, { course: 'a', priority: 'batch' }), served('bob', 1, 40, { course: 'b' })]
    expect(chosen(lanes, had)).toBe('ann')
  })

  it('takes the course with the least running for its weight', () => {
    const lanes = [lane('ann', { course: 'a' }), lane('bob', { course: 'b' })]
    const had = [served('ann', 2, 0, { course: 'a' }), served('bob', 3, 0, { course: 'b' })]
    expect(chosen(lanes, had)).toBe('ann')
    expect(chosen(lanes, had, new Map([['b', 2]]))).toBe('bob')
    expect(chosen(lanes, had, new Map([['b', 0]]))).toBe('ann')
  })

  it('takes the team with the least running, and of equals the one served longest ago', () => {
    const lanes = [lane('ann', { team: 'red', oldestQueuedAt: 1 }), lane('bob', { team: 'blue' })]
    expect(chosen(lanes, [served('eve', 1, 5, { team: 'red' })])).toBe('bob')
    expect(chosen(lanes, [served('eve', 0, 5, { team: 'red' }), served('bob', 0, 4, { team: 'blue' })])).toBe('bob')
  })

  it('takes a person without a team as a team of one, whatever that person is called', () => {
    const lanes = [lane('red', { oldestQueuedAt: 200 }), lane('ann', { team: 'red' })]
    expect(chosen(lanes, [served('bob', 1, 5, { team: 'red' })])).toBe('red')
  })

  it('takes the person of the team with the least running', () => {
    const lanes = [lane('ann', { team: 'red', oldestQueuedAt: 1 }), lane('bob', { team: 'red' })]
    expect(chosen(lanes, [served('ann', 1, 5, { team: 'red' })])).toBe('bob')
  })

  it('takes what waited longest where all else is equal, and then the smaller id', () => {
    expect(chosen([lane('ann'), lane('bob', { oldestQueuedAt: 99 })])).toBe('bob')
    expect(chosen([lane('bob'), lane('ann')])).toBe('ann')
  })

  it('does not depend on the order it is given things in', () => {
    const lanes = fc.uniqueArray(anyLane, { selector: ({ oldestId }) => oldestId, maxLength: 12 })
    fc.assert(
      fc.property(lanes, fc.array(anyServed, { maxLength: 8 }), (all, had) => {
        expect(chooseNext(all.toReversed(), had.toReversed())).toBe(chooseNext(all, had))
      }),
    )
  })
})

const owner = { course: fc.constantFrom('a', 'b'), team: fc.constantFrom(undefined, 'x', 'y') }
const anyLane: fc.Arbitrary<Lane> = fc.record({
  ...owner,
  account: fc.constantFrom('ann', 'bob', 'eve'),
  priority: fc.constantFrom('student', 'batch'),
  waiting: fc.nat(3),
  oldestQueuedAt: fc.nat(3),
  oldestId: fc.string({ minLength: 1, maxLength: 3 }),
})
const anyServed: fc.Arbitrary<Served> = fc.record({
  ...owner,
  account: fc.constantFrom('ann', 'bob', 'eve'),
  running: fc.nat(3),
  lastStartedAt: fc.nat(3),
})

const minute = 60_000

function arrivals(count: number, one: Partial<Arrival> & { account: string }): Arrival[] {
  const base = { at: 0, course: 'ece408', priority: 'student', runMs: minute } as const
  return Array.from({ length: count }, () => ({ ...base, ...one }))
}

describe('over time', () => {
  it.each([1, 4])('a flood of 500 delays another team by one run at most, with %i workers', (workers) => {
    const late = arrivals(1, { account: 'bob', team: 'blue', at: 5 * minute + 1 })
    const runs = simulate({ workers, arrivals: [...arrivals(500, { account: 'ann', team: 'red' }), ...late] })
    expect(runs).toHaveLength(501)
    expect(runs.find(({ account }) => account === 'bob')?.waitedMs).toBeLessThanOrEqual(minute)
  })

  it('a person who floods does not hold up the others of the team', () => {
    const late = arrivals(3, { account: 'bob', team: 'red', at: 1 })
    const runs = simulate({ workers: 1, arrivals: [...arrivals(100, { account: 'ann', team: 'red' }), ...late] })
    expect(Math.max(...runs.filter(({ account }) => account === 'bob').map(({ startedAt }) => startedAt))).toBe(
      5 * minute,
    )
  })

  it('gives courses their shares of the workers', () => {
    const both = [...arrivals(400, { account: 'ann', course: 'a' }), ...arrivals(400, { account: 'bob', course: 'b' })]
    const runs = simulate({ workers: 8, arrivals: both, weights: new Map([['a', 3]]) }).slice(0, 320)
    expect(runs.filter(({ course }) => course === 'a').length).toBeCloseTo(240, -1)
  })

  it('starts everything, never leaves a worker idle while something waits, and starves nobody', () => {
    fc.assert(
      fc.property(fc.array(anyArrival, { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), (all, workers) => {
        const runs = simulate({ arrivals: all, workers })
        expect(runs).toHaveLength(all.length)
        for (const run of runs) {
          expect(mostStartsOfAnotherTeam(runs, run)).toBeLessThanOrEqual(1)
          expect(waitedForNothing(runs, run, workers)).toBe(false)
        }
      }),
      { numRuns: 100 },
    )
  })
})

const anyArrival: fc.Arbitrary<Arrival> = fc.record({
  ...owner,
  account: fc.constantFrom('ann', 'bob'),
  at: fc.nat(20),
  runMs: fc.integer({ min: 1, max: 10 }),
  priority: fc.constant('student'),
})

const sideOf = ({ course, team, account }: Arrival) => JSON.stringify([course, team ?? [account]])

/** The most that one other team of the course started after this run waited and its own team had nothing running. */
function mostStartsOfAnotherTeam(runs: readonly SimulatedRun[], run: SimulatedRun): number {
  const own = runs.filter((other) => sideOf(other) === sideOf(run) && other.startedAt < run.startedAt)
  const idleSince = Math.max(run.at, ...own.map(({ startedAt, runMs }) => startedAt + runMs))
  const others = runs.filter(
    (other) =>
      other.course === run.course &&
      sideOf(other) !== sideOf(run) &&
      other.startedAt > idleSince &&
      other.startedAt < run.startedAt,
  )
  return Math.max(0, ...[...groupBy(others, sideOf).values()].map(({ length }) => length))
}

/** Whether a worker was free at some time while this run waited. */
function waitedForNothing(runs: readonly SimulatedRun[], run: SimulatedRun, workers: number): boolean {
  const busyAt = (at: number) => runs.filter((one) => one.startedAt <= at && at < one.startedAt + one.runMs).length
  return Array.from({ length: run.waitedMs }, (_, ms) => run.at + ms).some((at) => busyAt(at) < workers)
}
