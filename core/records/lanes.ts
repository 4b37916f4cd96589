import { type RawBuilder, sql } from 'kysely'
import type { Lane, Served } from '../schedule/lanes.ts'
import { type Needs, needsSchema } from '../vocabulary.ts'
import { isQueued } from './conditions.ts'
import type { Database, Session } from './database.ts'
import { laneKey } from './scale-migration.ts'
import { readServed } from './served.ts'
import type { SubmissionTable } from './tables.ts'

/** What the scheduler chooses among, and what the lane needs of a machine. */
export interface WaitingLane extends Lane {
  /** The same for whatever waits in this lane. */
  readonly key: string
  readonly needs: Needs
}

export interface QueueLanes {
  readonly waiting: readonly WaitingLane[]
  readonly served: readonly Served[]
}

/** One submission that waits, and in which lane. */
export interface WaitingPlace {
  readonly id: string
  readonly lane: string
}

/** Every lane with how much waits in it. */
export async function readLanes(database: Database, session: Session, queue: string): Promise<QueueLanes> {
  const { inLane, isDue } = partsOf(database, queue)
  const waiting = sql<number>`(select count(*) from submission where ${inLane} and ${isDue})`
  return {
    waiting: await readHeads(database, session, { queue, waiting }),
    served: await readServed(database, session, queue),
  }
}

/**
 * Every lane as if it held only its oldest: whose turn it is does not depend on how many wait behind, and counting them
 * would make a claim as dear as its queue is long.
 * @param without submissions that count as not there.
 */
export async function readFirsts(
  database: Database,
  session: Session,
  queue: string,
  without: readonly string[] = [],
): Promise<QueueLanes> {
  const heads = await readHeads(database, session, { queue, waiting: sql<number>`1`, without })
  return { waiting: heads, served: await readServed(database, session, queue) }
}

/** The first of a queue, in the order they were queued. */
export async function readPlaces(session: Session, queue: string, limit: number): Promise<WaitingPlace[]> {
  const { rows } = await sql<WaitingPlace>`
    select id, ${laneKey} as lane from submission where queue = ${queue} and ${isQueued}
    order by queued_at, id limit ${limit}`.execute(session)
  return rows
}

function partsOf(database: Database, queue: string) {
  const inQueue = sql<boolean>`queue = ${queue} and ${isQueued}`
  return {
    inQueue,
    inLane: sql<boolean>`${inQueue} and ${laneKey} = lane.name`,
    isDue: sql<boolean>`available_at <= ${database.now}`,
  }
}

interface Wanted {
  readonly queue: string
  readonly waiting: RawBuilder<number>
  readonly without?: readonly string[]
}

type Head = Pick<SubmissionTable, 'id' | 'course' | 'team' | 'account' | 'priority' | 'needs_json' | 'queued_at'> & {
  readonly lane: string
  readonly waiting: number
}

/** From lane to lane along the index, a step each, past everything that waits in between. */
async function readHeads(database: Database, session: Session, { queue, waiting, without = [] }: Wanted) {
  const { inQueue, inLane, isDue } = partsOf(database, queue)
  const present = without.length === 0 ? sql`` : sql`and id not in (${sql.join(without)})`
  const { rows } = await sql<Head>`
    with recursive lane(name) as (
      select * from (select ${laneKey} as name from submission where ${inQueue} order by ${laneKey} limit 1) as first
      union all
      select (select ${laneKey} from submission where ${inQueue} and ${laneKey} > lane.name order by ${laneKey} limit 1)
      from lane where lane.name is not null
    ), head(lane, id, waiting) as (
      select name, (select id from submission where ${inLane} and ${isDue} ${present} order by queued_at, id limit 1), ${waiting}
      from lane where name is not null
    )
    select head.lane, head.waiting, submission.id, course, team, account, priority, needs_json, queued_at
    from head inner join submission on submission.id = head.id`.execute(session)
  return rows.map(
    (row): WaitingLane => ({
      key: row.lane,
      course: row.course,
      team: row.team ?? undefined,
      account: row.account,
      priority: row.priority,
      needs: needsSchema.parse(JSON.parse(row.needs_json)),
      waiting: Number(row.waiting),
      oldestQueuedAt: row.queued_at ?? 0,
      oldestId: row.id,
    }),
  )
}
