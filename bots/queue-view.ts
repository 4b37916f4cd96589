import type { WaitingLane } from '../core/records/lanes.ts'
import type { Lookup } from '../core/records/lookup.ts'
import type { Submission } from '../core/records/submission.ts'
import { estimateStart } from '../core/schedule/estimate.ts'
import type { CourseWeights } from '../core/schedule/lanes.ts'
import { queuePosition } from '../core/schedule/position.ts'

/** Where a waiting submission stands. */
export interface Turn {
  /** 1 is next. */
  readonly position: number
  /** An honest guess; absent while there is nothing to guess from. */
  readonly startsInMs?: number
}

/** One queue at one moment. */
export interface QueueView {
  readonly waiting: number
  readonly running: number
  /** `undefined` for what does not wait there. */
  turnOf(submission: string): Turn | undefined
}

export type ViewQueue = (queue: string) => Promise<QueueView>

export interface QueueViewOptions {
  readonly lookup: Lookup
  readonly weights?: CourseWeights
  /** How many runs a queue has room for at once, where that is known. Otherwise as many as run now. */
  readonly slotsOf?: (queue: string) => number | undefined
}

/** More than these are counted as waiting, but have no place of their own. */
const mostPlaces = 1_000
const recentRuns = 50
/** Lanes looked at for one position: hundreds of threads ask for theirs every other second. */
const mostWork = 5_000

/** Reads a queue as the scheduler sees it. A position is worked out when it is asked for, once. */
export function createViewQueue({ lookup, weights, slotsOf }: QueueViewOptions): ViewQueue {
  return async (queue) => {
    const [lanes, places, recentRunMs] = await Promise.all([
      lookup.lanes(queue),
      lookup.waiting(queue, mostPlaces),
      lookup.recentRunMs(queue, recentRuns),
    ])
    const running = lanes.served.reduce((sum, lane) => sum + lane.running, 0)
    const workers = slotsOf?.(queue) ?? Math.max(1, running)
    const byId = new Map(places.map((submission) => [submission.id, submission]))
    return {
      waiting: lanes.waiting.reduce((sum, lane) => sum + lane.waiting, 0),
      running,
      turnOf(id) {
        const submission = byId.get(id)
        const target = submission && lanes.waiting.find((lane) => waitsIn(lane, submission))
        if (submission === undefined || target === undefined) return undefined
        const aheadInLane = places.filter((one) => waitsIn(target, one)).indexOf(submission)
        const options = { lanes: lanes.waiting, served: lanes.served, target, aheadInLane, slots: workers, mostWork }
        const { before } = queuePosition({ ...options, ...(weights === undefined ? {} : { weights }) })
        const estimate = estimateStart({ before, recentRunMs, workers })
        return { position: before + 1, ...(estimate === undefined ? {} : { startsInMs: estimate.ms }) }
      },
    }
  }
}

function waitsIn(lane: WaitingLane, submission: Submission): boolean {
  return (
    lane.account === submission.account &&
    lane.course === submission.course &&
    lane.team === submission.team &&
    lane.priority === submission.priority &&
    JSON.stringify(lane.needs) === JSON.stringify(submission.needs)
  )
}
