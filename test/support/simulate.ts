import { groupBy } from '../../core/group-by.ts'
import { chooseNext } from '../../core/schedule/choose.ts'
import type { CourseWeights, Lane, Served } from '../../core/schedule/lanes.ts'
import type { PriorityClass } from '../../core/vocabulary.ts'

export interface Arrival {
  readonly at: number
  readonly course: string
  readonly team?: string | undefined
  readonly account: string
  readonly priority: PriorityClass
  readonly runMs: number
}

export interface SimulatedRun extends Arrival {
  readonly startedAt: number
  readonly waitedMs: number
}

export interface SimulationOptions {
  readonly arrivals: readonly Arrival[]
  readonly workers: number
  readonly weights?: CourseWeights
}

type Waiting = Arrival & { readonly id: string }

/** Runs everything that arrives through `chooseNext`, on a clock of its own. In the order of their starts. */
export function simulate({ arrivals, workers, weights = new Map() }: SimulationOptions): SimulatedRun[] {
  const coming = [...arrivals].sort((a, b) => a.at - b.at)
  const lanes = new Map<string, Waiting[]>()
  const served = new Map<string, Served>()
  const ends: { at: number; person: string }[] = []
  const runs: SimulatedRun[] = []
  let next = 0
  let now = 0
  while (next < coming.length || lanes.size > 0) {
    for (let arrival = coming[next]; arrival !== undefined && arrival.at <= now; arrival = coming[next]) {
      const key = laneOf(arrival)
      const lane = lanes.get(key) ?? []
      lane.push({ ...arrival, id: String(next).padStart(9, '0') })
      lanes.set(key, lane)
      next += 1
    }
    while (ends.length > 0 && (ends[0]?.at ?? 0) <= now) release(served, ends.shift()?.person ?? '')
    while (ends.length < workers && startOne(now)) {}
    now = Math.min(coming[next]?.at ?? Number.POSITIVE_INFINITY, ends[0]?.at ?? Number.POSITIVE_INFINITY)
  }
  return runs

  function startOne(at: number): boolean {
    const lane = chooseNext([...lanes].map(toLane), served.values(), { weights })
    const started = lane && lanes.get(lane.key)?.shift()
    if (lane === undefined || started === undefined) return false
    if (lanes.get(lane.key)?.length === 0) lanes.delete(lane.key)
    const person = lane.key
    const { course, team, account, priority } = started
    const running = (served.get(person)?.running ?? 0) + 1
    served.set(person, { course, team, account, priority, running, lastStartedAt: at })
    ends.push({ at: at + started.runMs, person })
    ends.sort((a, b) => a.at - b.at)
    runs.push({ ...started, startedAt: at, waitedMs: at - started.at })
    return true
  }
}

function release(served: Map<string, Served>, person: string): void {
  const before = served.get(person)
  if (before !== undefined) served.set(person, { ...before, running: before.running - 1 })
}

function laneOf({ course, team, account, priority }: Arrival): string {
  return JSON.stringify([course, team ?? null, account, priority])
}

function toLane([key, waiting]: [string, Waiting[]]): Lane & { readonly key: string } {
  const oldest = waiting[0]
  if (oldest === undefined) throw new Error('a lane is removed when its last run starts')
  const { course, team, account, priority, at, id } = oldest
  return { key, course, team, account, priority, waiting: waiting.length, oldestQueuedAt: at, oldestId: id }
}

/** The value below which `share` (0 to 1) of the numbers lie. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
}

export interface TeamWait {
  readonly team: string
  readonly runs: number
  readonly medianMs: number
  readonly p95Ms: number
  readonly meanMs: number
}

export function waitsPerTeam(runs: readonly SimulatedRun[]): TeamWait[] {
  const teams = groupBy(runs, ({ team, account }) => team ?? account)
  return [...teams].map(([team, its]) => {
    const waits = its.map(({ waitedMs }) => waitedMs)
    return {
      team,
      runs: its.length,
      medianMs: percentile(waits, 0.5),
      p95Ms: percentile(waits, 0.95),
      meanMs: mean(waits),
    }
  })
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}

/** Numbers in [0, 1) that are the same on every run (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
