import { type Selectable, sql } from 'kysely'
import { keyOf, type LaneOwner, type Served } from '../schedule/lanes.ts'
import type { PriorityClass } from '../vocabulary.ts'
import type { Database, Session } from './database.ts'
import type { SubmissionTable } from './tables.ts'

/** Who was served longer ago than this counts as not served lately. */
const memoryMs = 24 * 3_600_000

/** Who has something running in a queue, and whose turn it was lately. Grows with people, not with runs. */
export async function readServed(database: Database, session: Session, queue: string): Promise<Served[]> {
  const lately = await session
    .selectFrom('served')
    .select(['course', 'team', 'account', 'priority', 'last_started_at'])
    .where('queue', '=', queue)
    .where('last_started_at', '>', sql<number>`(select ${database.now} - ${memoryMs})`)
    .execute()
  const people = new Map<string, Served>()
  for (const row of lately) add(people, { ...toOwner(row), running: 0, lastStartedAt: row.last_started_at })
  for (const one of await readRunning(session, queue)) add(people, one)
  return [...people.values()]
}

async function readRunning(session: Session, queue: string): Promise<Served[]> {
  const rows = await session
    .selectFrom('submission')
    .select(['course', 'team', 'account', 'priority'])
    .select((build) => build.fn.countAll<number>().as('running'))
    .select((build) => build.fn.max('started_at').as('lastStartedAt'))
    .where('queue', '=', queue)
    .where('state', '=', 'running')
    .groupBy(['course', 'team', 'account', 'priority'])
    .execute()
  return rows.map((row) => ({
    ...toOwner(row),
    running: Number(row.running),
    lastStartedAt: row.lastStartedAt ?? 0,
  }))
}

type Owner = LaneOwner & { readonly priority: PriorityClass }

function toOwner({ course, team, account, priority }: Pick<SubmissionTable, keyof Owner>): Owner {
  return { course, team: team === null || team === '' ? undefined : team, account, priority }
}

function add(people: Map<string, Served>, one: Served): void {
  const key = `${one.priority} ${keyOf.person(one)}`
  const before = people.get(key)
  people.set(key, {
    ...one,
    running: one.running + (before?.running ?? 0),
    lastStartedAt: Math.max(one.lastStartedAt, before?.lastStartedAt ?? 0),
  })
}

/** It was this submission's owner's turn just now. */
export async function noteServed(
  database: Database,
  session: Session,
  row: Selectable<SubmissionTable>,
): Promise<void> {
  const { queue, course, team, account, priority } = row
  await session
    .insertInto('served')
    .values({ queue, course, team: team ?? '', account, priority, last_started_at: database.now })
    .onConflict((conflict) =>
      conflict
        .columns(['queue', 'course', 'team', 'account', 'priority'])
        .doUpdateSet({ last_started_at: database.now }),
    )
    .execute()
}
