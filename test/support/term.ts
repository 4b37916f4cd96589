import { flood, hour, minute } from './rush.ts'
import { type Arrival, percentile, type SimulatedRun, seededRandom, waitsPerTeam } from './simulate.ts'

/**
 * The paper's term: 176 students in 58 teams, 40,000 submissions, of which 30,782 came in the last two weeks, with 560 in
 * the busiest hour; runs of two minutes on average. How they lie within the weeks is a guess: people sleep, and the
 * nearer the deadline the more they submit.
 */
export const paper = {
  students: 176,
  teams: 58,
  submissions: 40_000,
  late: 30_782,
  peakPerHour: 560,
  weeks: 14,
} as const

const lateHours = 14 * 24

/** Share of the busiest hour's work at each hour of a day. */
const day = [2, 1, 1, 0, 0, 0, 1, 2, 3, 5, 6, 7, 7, 8, 8, 9, 9, 9, 9, 10, 10, 9, 7, 4].map((tenths) => tenths / 10)

/** Submissions in each of the last hours, the last one first, when they fall by `decay` an hour going back. */
function ratesAt(decay: number): number[] {
  return Array.from({ length: lateHours }, (_, back) => {
    const share = day[(20 - back + 24 * 100) % 24] ?? 0
    return paper.peakPerHour * share * Math.exp(-decay * back)
  })
}

const sumOf = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0)

/** So that the last two weeks hold as many as they did. */
function lateRates(): number[] {
  let [low, high] = [0, 1]
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2
    if (sumOf(ratesAt(middle)) > paper.late) low = middle
    else high = middle
  }
  return ratesAt(high)
}

/** The same on every run. One more team, `flood`, submits 500 at once in the evening before the deadline. */
export function paperTerm(): Arrival[] {
  const random = seededRandom(2017)
  const end = paper.weeks * 7 * 24
  const early = Array.from({ length: paper.submissions - paper.late }, () => random() * (end - lateHours) * hour)
  const late = lateRates().flatMap((rate, back) =>
    Array.from({ length: Math.round(rate) }, () => (end - back - random()) * hour),
  )
  const arrivals = [...early, ...late].map((at) => {
    const student = Math.floor(random() * paper.students)
    return {
      ...{ at: Math.floor(at), course: 'ece408', team: `team${student % paper.teams}`, account: `student${student}` },
      priority: 'student' as const,
      runMs: Math.min(hour, Math.ceil(-Math.log(1 - random()) * 2 * minute)),
    }
  })
  const floodAt = (end - 20) * hour
  return [...arrivals, ...flood('flood', 500).map((one) => ({ ...one, at: floodAt }))]
}

export interface Fairness {
  readonly teams: ReturnType<typeof waitsPerTeam>
  /** Of all runs but the flood's, in milliseconds. */
  readonly percentiles: Readonly<Record<'50' | '90' | '95' | '99' | '100', number>>
  /** The mean wait of the team that waited longest over that of the team in the middle. */
  readonly worstOverMedian: number
  readonly floodMedianMs: number
}

/** How long the teams waited, and how alike that was; the team that floods apart. */
export function fairnessOf(runs: readonly SimulatedRun[]): Fairness {
  const others = runs.filter(({ team }) => team !== 'flood')
  const waits = others.map(({ waitedMs }) => waitedMs)
  const teams = waitsPerTeam(others).sort((a, b) => a.meanMs - b.meanMs)
  const means = teams.map(({ meanMs }) => meanMs)
  const flooded = runs.filter(({ team }) => team === 'flood').map(({ waitedMs }) => waitedMs)
  const at = (share: number) => percentile(waits, share)
  return {
    teams,
    percentiles: { '50': at(0.5), '90': at(0.9), '95': at(0.95), '99': at(0.99), '100': at(1) },
    worstOverMedian: (means.at(-1) ?? 0) / Math.max(1, percentile(means, 0.5)),
    floodMedianMs: percentile(flooded, 0.5),
  }
}
