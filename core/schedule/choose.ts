import { type CourseWeights, keyOf, type Lane, type Level, type Served, servedAs, weightOf } from './lanes.ts'
import { addUpTurns, compareTurns, type Turns, turnOf } from './turns.ts'

export interface ScheduleOptions {
  readonly weights?: CourseWeights
}

const equalWeights: CourseWeights = new Map()

/**
 * The lane whose oldest submission starts next, or `undefined` when nothing waits. Lanes that the asking worker cannot
 * run are the caller's to leave out (see `eligible`).
 *
 * Students come before batch. Then the course with the least running for its weight, in it the team with the least
 * running, in it the person; ties go to whoever was served longest ago, and then to who has waited longest. Nobody
 * starves: whoever has nothing running is never behind anyone who has, and of those the longest unserved is first.
 *
 * Pure and deterministic: the same input gives the same lane, whatever its order. O(lanes + served).
 */
export function chooseNext<L extends Lane>(
  lanes: readonly L[],
  served: Iterable<Served>,
  { weights = equalWeights }: ScheduleOptions = {},
): L | undefined {
  const students = lanes.filter(({ priority, waiting }) => priority === 'student' && waiting > 0)
  const batch = lanes.filter(({ priority, waiting }) => priority === 'batch' && waiting > 0)
  const turns = addUpTurns(servedAs(students.length > 0 ? 'student' : 'batch', served))
  const course = keepFirst('course', students.length > 0 ? students : batch, turns, weights)
  const team = keepFirst('team', course, turns, equalWeights)
  return oldest(keepFirst('person', team, turns, equalWeights))
}

/** The lanes of the one course, team or person of these whose turn it is. */
function keepFirst<L extends Lane>(level: Level, lanes: readonly L[], turns: Turns, weights: CourseWeights): L[] {
  let first: L | undefined
  for (const lane of lanes) {
    if (first === undefined || compareAt(level, lane, first, turns, weights) < 0) first = lane
  }
  if (first === undefined) return []
  const key = keyOf[level](first)
  return lanes.filter((lane) => keyOf[level](lane) === key)
}

function compareAt(level: Level, a: Lane, b: Lane, turns: Turns, weights: CourseWeights): number {
  const turnA = turnOf(turns[level], keyOf[level](a))
  const turnB = turnOf(turns[level], keyOf[level](b))
  return compareTurns(turnA, weightOf(weights, a.course), turnB, weightOf(weights, b.course)) || compareAge(a, b)
}

/** Negative when `a` has waited longer. Ids are unique, so two lanes never tie. */
function compareAge(a: Lane, b: Lane): number {
  return a.oldestQueuedAt - b.oldestQueuedAt || (a.oldestId < b.oldestId ? -1 : a.oldestId > b.oldestId ? 1 : 0)
}

function oldest<L extends Lane>(lanes: readonly L[]): L | undefined {
  return lanes.reduce<L | undefined>((first, lane) => (first && compareAge(first, lane) <= 0 ? first : lane), undefined)
}
