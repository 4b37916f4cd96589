import type { PriorityClass } from '../vocabulary.ts'

/** Whose turn it is, and whose it was. A person without a team is a team of one. */
export interface LaneOwner {
  readonly course: string
  readonly team?: string | undefined
  readonly account: string
}

/** Everything one person has waiting in one queue that needs the same machine. */
export interface Lane extends LaneOwner {
  readonly priority: PriorityClass
  /** At least 1; a lane with less is passed over. */
  readonly waiting: number
  /** Milliseconds since the epoch. */
  readonly oldestQueuedAt: number
  /** The submission that starts when the lane is chosen. */
  readonly oldestId: string
}

/** What one person has running, and when it last was their turn. */
export interface Served extends LaneOwner {
  readonly running: number
  /** Runs of the other class do not count against it. Absent: counts against both. */
  readonly priority?: PriorityClass
  /** Milliseconds since the epoch. */
  readonly lastStartedAt: number
}

/** Shares of courses; a course that is not named has 1. */
export type CourseWeights = ReadonlyMap<string, number>

export function weightOf(weights: CourseWeights, course: string): number {
  const weight = weights.get(course) ?? 1
  return Number.isFinite(weight) && weight > 0 ? weight : 1
}

/** Names one course, team or person. Course and team names come from people, so they are kept apart by JSON. */
export const keyOf = {
  course: ({ course }: LaneOwner) => course,
  team: ({ course, team, account }: LaneOwner) =>
    JSON.stringify(team === undefined ? [course, 0, account] : [course, team]),
  person: ({ course, team, account }: LaneOwner) => JSON.stringify([course, team ?? 0, account]),
} as const

export type Level = keyof typeof keyOf

/** What counts when lanes of this class are compared: a regrade by batch does not push that course's students back. */
export function* servedAs(priority: PriorityClass, served: Iterable<Served>): Iterable<Served> {
  for (const one of served) if (one.priority === undefined || one.priority === priority) yield one
}
