import type { Fleet } from '../core/records/fleet.ts'
import type { WaitingPlace } from '../core/records/lanes.ts'
import type { Lookup } from '../core/records/lookup.ts'
import { competitionFor } from '../core/schedule/competition.ts'
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
  /** Which workers there are, and so who waits for the same machines. Absent: as if all could run everything. */
  readonly fleet?: Pick<Fleet, 'live'>
  /** Asked each time: courses change. */
  readonly weights?: () => CourseWeights
}

/** More than these are counted as waiting, but have no place of their own. */
const mostPlaces = 1_000
const recentRuns = 50
/** Lanes looked at for one position: hundreds of threads ask for theirs every other second. */
const mostWork = 5_000

/** Reads a queue as the scheduler sees it. A position is worked out when it is asked for, once. */
export function createViewQueue({ lookup, fleet, weights }: QueueViewOptions): ViewQueue {
  return async (queue) => {
    const [lanes, places, recentRunMs, workers] = await Promise.all([
      lookup.lanes(queue),
      lookup.places(queue, mostPlaces),
      lookup.recentRunMs(queue, recentRuns),
      fleet?.live() ?? [],
    ])
    const machines = workers.filter(({ queues }) => queues.includes(queue))
    const running = lanes.served.reduce((sum, lane) => sum + lane.running, 0)
    const lanesByKey = new Map(lanes.waiting.map((lane) => [lane.key, lane]))
    const placeOf = countPlaces(places)
    return {
      waiting: lanes.waiting.reduce((sum, lane) => sum + lane.waiting, 0),
      running,
      turnOf(id) {
        const place = placeOf.get(id)
        const target = place && lanesByKey.get(place.lane)
        if (place === undefined || target === undefined) return undefined
        const { aheadInLane } = place
        const rivals = competitionFor(target, lanes.waiting, machines)
        const slots = rivals.slots ?? Math.max(1, running)
        const options = { lanes: rivals.lanes, served: lanes.served, target, aheadInLane, slots, mostWork }
        const { before } = queuePosition({ ...options, ...(weights === undefined ? {} : { weights: weights() }) })
        const estimate = estimateStart({ before, recentRunMs, workers: slots })
        return { position: before + 1, ...(estimate === undefined ? {} : { startsInMs: estimate.ms }) }
      },
    }
  }
}

/** How many of the same lane stand before each. */
function countPlaces(places: readonly WaitingPlace[]) {
  const soFar = new Map<string, number>()
  const found = new Map<string, { readonly lane: string; readonly aheadInLane: number }>()
  for (const { id, lane } of places) {
    const aheadInLane = soFar.get(lane) ?? 0
    found.set(id, { lane, aheadInLane })
    soFar.set(lane, aheadInLane + 1)
  }
  return found
}
