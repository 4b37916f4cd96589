import { chooseNext, type ScheduleOptions } from './choose.ts'
import { estimateBefore } from './closed-form.ts'
import type { Lane, Served } from './lanes.ts'
import { createServedBook } from './served-book.ts'

export interface QueuePosition {
  /** How many start before it: 0 is next. */
  readonly before: number
  /** Whether it was counted turn by turn rather than worked out from the lengths of the lanes. */
  readonly exact: boolean
}

export interface PositionOptions<L extends Lane> extends ScheduleOptions {
  /** Every lane of the queue, the target's included. */
  readonly lanes: readonly L[]
  readonly served: readonly Served[]
  /** The lane it waits in: one of `lanes`, the very object. */
  readonly target: L
  /** How many wait before it in its own lane. */
  readonly aheadInLane: number
  /** How many runs the queue has room for at once. Defaults to as many as run now, and at least 1. */
  readonly slots?: number
  /** Most lanes that may be looked at in counting turn by turn. */
  readonly mostWork?: number
}

/**
 * How many start before a submission if nothing else arrives, under the policy of `chooseNext`. Counted turn by turn,
 * as if all runs took equally long; where that would be too much work, worked out from the lengths of the lanes, which
 * is off by a few turns.
 */
export function queuePosition<L extends Lane>(options: PositionOptions<L>): QueuePosition {
  const { lanes, aheadInLane, target, mostWork = 100_000 } = options
  const estimate = estimateBefore(options)
  const work = (estimate + 2) * (lanes.length + options.served.length)
  if (aheadInLane >= target.waiting || work > mostWork) return { before: estimate, exact: false }
  return countTurns(options, Math.ceil(mostWork / (lanes.length + 1))) ?? { before: estimate, exact: false }
}

function countTurns<L extends Lane>(options: PositionOptions<L>, mostTurns: number): QueuePosition | undefined {
  const { lanes, served, target, aheadInLane } = options
  const targetIndex = lanes.indexOf(target)
  let left = lanes.map((lane, index) => ({ ...lane, index }))
  const book = createServedBook(served, options.slots)
  let fromTarget = 0
  for (let before = 0; before < mostTurns; before += 1) {
    book.makeRoom()
    const next = chooseNext(left, book.served(), options)
    if (next === undefined) return undefined
    if (next.index === targetIndex && fromTarget === aheadInLane) return { before, exact: true }
    if (next.index === targetIndex) fromTarget += 1
    book.start(next)
    left = left.flatMap((lane) => (lane === next ? takeOne(lane) : lane))
  }
  return undefined
}

function takeOne<L extends Lane>(lane: L): L[] {
  return lane.waiting > 1 ? [{ ...lane, waiting: lane.waiting - 1 }] : []
}
