import { sql } from 'kysely'
import type { Lane, Served } from '../schedule/lanes.ts'
import { type Needs, needsSchema } from '../vocabulary.ts'
import type { Database, Session } from './database.ts'

/** What the scheduler chooses among, and what the lane needs of a machine. */
export interface WaitingLane extends Lane {
  readonly needs: Needs
}

export interface QueueLanes {
  readonly waiting: readonly WaitingLane[]
  readonly served: readonly Served[]
}

/** Who was served longer ago than this counts as not served lately. */
const memoryMs = 24 * 3_600_000

/** @param without submissions that count as not there. */
export async function readLanes(
  database: Database,
  session: Session,
  queue: string,
  without: readonly string[] = [],
): Promise<QueueLanes> {
  const waiting = await readWaiting(database, session, queue, without)
  return { waiting, served: await readServed(database, session, queue) }
}

async function readWaiting(
  database: Database,
  session: Session,
  queue: string,
  without: readonly string[],
): Promise<WaitingLane[]> {
  const rows = await session
    .with('ranked', (build) =>
      build
        .selectFrom('submission')
        .$if(without.length > 0, (query) => query.where('id', 'not in', without))
        .select(['id', 'course', 'team', 'account', 'priority', 'needs_json', 'queued_at'])
        .select(
          sql<number>`row_number() over (partition by course, team, account, priority, needs_json order by queued_at, id)`.as(
            'turn',
          ),
        )
        .select(sql<number>`count(*) over (partition by course, team, account, priority, needs_json)`.as('waiting'))
        .where('queue', '=', queue)
        .where('state', '=', 'queued')
        .where('available_at', '<=', database.now),
    )
    .selectFrom('ranked')
    .selectAll()
    .where('turn', '=', 1)
    .execute()
  return rows.map((row) => ({
    course: row.course,
    team: row.team ?? undefined,
    account: row.account,
    priority: row.priority,
    needs: needsSchema.parse(JSON.parse(row.needs_json)),
    waiting: Number(row.waiting),
    oldestQueuedAt: row.queued_at ?? 0,
    oldestId: row.id,
  }))
}

async function readServed(database: Database, session: Session, queue: string): Promise<Served[]> {
  const rows = await session
    .selectFrom('submission')
    .select(['course', 'team', 'account', 'priority'])
    .select(sql<number>`sum(case when state = 'running' then 1 else 0 end)`.as('running'))
    .select((build) => build.fn.max('started_at').as('lastStartedAt'))
    .where('queue', '=', queue)
    .where('started_at', '>', sql<number>`${database.now} - ${memoryMs}`)
    .groupBy(['course', 'team', 'account', 'priority'])
    .execute()
  return rows.map((row) => ({
    course: row.course,
    team: row.team ?? undefined,
    account: row.account,
    priority: row.priority,
    running: Number(row.running),
    lastStartedAt: row.lastStartedAt ?? 0,
  }))
}
