import { type Arrival, type SimulatedRun, seededRandom } from './simulate.ts'

export const minute = 60_000
export const hour = 60 * minute

/** Hours before a deadline, with the paper's numbers: 176 students in 58 teams, 560 submissions an hour, runs of two minutes on average. */
export function rush({ hours, perHour = 560 }: { readonly hours: number; readonly perHour?: number }): Arrival[] {
  const random = seededRandom(408)
  return Array.from({ length: Math.round(hours * perHour) }, () => {
    const student = Math.floor(random() * 176)
    return {
      at: Math.floor(random() * hours * hour),
      course: 'ece408',
      team: `team${student % 58}`,
      account: `student${student}`,
      priority: 'student',
      runMs: Math.min(hour, Math.ceil(-Math.log(1 - random()) * 2 * minute)),
    } satisfies Arrival
  })
}

export function flood(team: string, count: number): Arrival[] {
  const one = { at: 10 * minute, course: 'ece408', team, account: 'flooder', priority: 'student' } as const
  return Array.from({ length: count }, () => ({ ...one, runMs: 2 * minute }))
}

export function waits(runs: readonly SimulatedRun[]): number[] {
  return runs.map(({ waitedMs }) => waitedMs)
}
