import type { ScheduleOptions } from './choose.ts'
import { keyOf, type Lane, type Level, type Served, servedAs, weightOf } from './lanes.ts'
import { addUpTurns, compareTurns, type Turns, turnOf } from './turns.ts'

interface Question<L extends Lane> extends ScheduleOptions {
  readonly lanes: readonly L[]
  readonly served: readonly Served[]
  readonly target: L
  readonly aheadInLane: number
}

/**
 * About how many start before a submission, from the lengths of the lanes alone: while one's own side has `n` turns,
 * every other side has about `n` turns too, or as many as it has waiting. Worked out from the person outwards. O(lanes).
 */
export function estimateBefore<L extends Lane>(question: Question<L>): number {
  const { lanes, served, target, aheadInLane } = question
  const turns = addUpTurns(servedAs(target.priority, served))
  const rivals = lanes.filter(({ priority }) => priority === target.priority)
  const before = (['person', 'team', 'course'] as const).reduce(
    (own, level) => own + turnsOfOthers(level, rivals, question, turns, own),
    aheadInLane + aheadOfPerson(rivals, target),
  )
  return before + (target.priority === 'batch' ? waitingIn(lanes.filter(({ priority }) => priority === 'student')) : 0)
}

/** The same person's other lanes, where an older one goes first. */
function aheadOfPerson(lanes: readonly Lane[], target: Lane): number {
  const own = keyOf.person(target)
  const older = (lane: Lane) => lane !== target && lane.oldestQueuedAt <= target.oldestQueuedAt
  return waitingIn(lanes.filter((lane) => keyOf.person(lane) === own && older(lane)))
}

const outside = { person: keyOf.team, team: keyOf.course, course: () => '' } as const

/** Turns of the other people of the team, the other teams of the course, or the other courses. */
function turnsOfOthers<L extends Lane>(
  level: Level,
  lanes: readonly L[],
  { target, weights = new Map() }: Question<L>,
  turns: Turns,
  own: number,
): number {
  const ownKey = keyOf[level](target)
  const around = outside[level](target)
  const sides = sumBy(
    lanes.filter((lane) => outside[level](lane) === around),
    level,
  )
  const ownTurn = turnOf(turns[level], ownKey)
  let sum = 0
  for (const [key, { course, waiting }] of sides) {
    if (key === ownKey) continue
    const [weight, ownWeight] =
      level === 'course' ? [weightOf(weights, course), weightOf(weights, target.course)] : [1, 1]
    const turn = turnOf(turns[level], key)
    const first = compareTurns(turn, weight, ownTurn, ownWeight) < 0 ? 1 : 0
    const headStart = Math.max(0, (ownTurn.running * weight) / ownWeight - turn.running)
    sum += Math.min(waiting, Math.max(first, Math.floor((own * weight) / ownWeight + headStart)))
  }
  return sum
}

function sumBy(lanes: readonly Lane[], level: Level): Map<string, { course: string; waiting: number }> {
  const sides = new Map<string, { course: string; waiting: number }>()
  for (const lane of lanes) {
    const key = keyOf[level](lane)
    sides.set(key, { course: lane.course, waiting: (sides.get(key)?.waiting ?? 0) + lane.waiting })
  }
  return sides
}

function waitingIn(lanes: readonly Lane[]): number {
  return lanes.reduce((sum, { waiting }) => sum + waiting, 0)
}
