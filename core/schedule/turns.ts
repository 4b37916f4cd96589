import { keyOf, type Level, type Served } from './lanes.ts'

/** How much one course, team or person has had. */
export interface Turn {
  readonly running: number
  /** `-Infinity` for whoever was never served. */
  readonly lastStartedAt: number
}

export type Turns = Readonly<Record<Level, ReadonlyMap<string, Turn>>>

const never: Turn = { running: 0, lastStartedAt: Number.NEGATIVE_INFINITY }

/** Adds up what each person has had, for their team and their course. O(served). */
export function addUpTurns(served: Iterable<Served>): Turns {
  const turns = { course: new Map<string, Turn>(), team: new Map<string, Turn>(), person: new Map<string, Turn>() }
  for (const one of served) {
    add(turns.course, keyOf.course(one), one)
    add(turns.team, keyOf.team(one), one)
    add(turns.person, keyOf.person(one), one)
  }
  return turns
}

function add(turns: Map<string, Turn>, key: string, { running, lastStartedAt }: Turn): void {
  const before = turns.get(key) ?? never
  turns.set(key, {
    running: before.running + running,
    lastStartedAt: Math.max(before.lastStartedAt, lastStartedAt),
  })
}

export function turnOf(turns: ReadonlyMap<string, Turn>, key: string): Turn {
  return turns.get(key) ?? never
}

/** Negative when `a` comes before `b`: who has less running for their weight, then whose turn was longer ago. */
export function compareTurns(a: Turn, weightA: number, b: Turn, weightB: number): number {
  const load = a.running / weightA - b.running / weightB
  if (load !== 0) return load
  return a.lastStartedAt === b.lastStartedAt ? 0 : a.lastStartedAt - b.lastStartedAt
}
