import { type RawBuilder, sql } from 'kysely'
import type { Database, Session } from '../../core/records/database.ts'
import { bareResult } from '../../core/records/json.ts'

export const queue = 'rai_amd64'
/** The bot whose threads are all told. What waits belongs to another one. */
export const here = { platform: 'slack', workspace: 'here', channel: 'C1' } as const

const result = JSON.stringify(bareResult('Fine.', 'fine'))
const dayMs = 86_400_000
/** A term. The records are spread over it evenly. */
const days = 100

export interface Fill {
  /** Finished and told. */
  readonly records: number
  readonly queued: number
  /** Who has them, evenly. */
  readonly people: number
}

/** As if that many submissions had come and gone, and that many waited. The database makes the rows by itself. */
export async function fill(database: Database, { records, queued, people }: Fill): Promise<void> {
  const apart = Math.floor((days * dayMs) / Math.max(1, records))
  const past = sql<number>`${database.now} - i * cast(${apart} as bigint)`
  await database.write(async (session) => {
    await submissions(session, {
      count: records,
      people,
      prefix: 'f',
      workspace: here.workspace,
      state: 'finished',
      at: past,
    })
    await sql`
      insert into attempt (submission, number, worker, host, started_at, ended_at, outcome)
      select id, 1, 'w', 'h', started_at, finished_at, verdict from submission where state = 'finished'`.execute(
      session,
    )
    await sql`
      insert into delivery (id, submission, purpose, platform, workspace, channel, state, message, tries, created_at, updated_at)
      select 'd' || id, id, 'log', platform, workspace, channel, 'sent', 'm', 1, finished_at, finished_at
      from submission where state = 'finished'`.execute(session)
    await sql`update submission set told = 1 where state = 'finished'`.execute(session)
    await sql`
      insert into served (queue, course, team, account, priority, last_started_at)
      select queue, course, team, account, priority, max(started_at) from submission
      where state = 'finished' group by 1, 2, 3, 4, 5`.execute(session)
    const waited = sql<number>`${database.now} - i`
    await submissions(session, {
      count: queued,
      people,
      prefix: 'q',
      workspace: 'elsewhere',
      state: 'queued',
      at: waited,
    })
  })
}

interface Rows {
  readonly count: number
  readonly people: number
  readonly prefix: string
  readonly workspace: string
  readonly state: 'finished' | 'queued'
  readonly at: RawBuilder<number>
}

async function submissions(session: Session, { count, people, prefix, workspace, state, at }: Rows): Promise<void> {
  const done = state === 'finished'
  const orNull = (value: RawBuilder<unknown>) => (done ? value : sql`null`)
  await sql`
    insert into submission (
      id, event_key, state, verdict, platform, workspace, channel, account, course, team, queue, priority, needs_json,
      source_json, source_place, staged_json, submitted_at, received_at, queued_at, started_at, finished_at,
      available_at, woken_at, attempt, hand_backs, result_json)
    with recursive number(i) as (select 1 union all select i + 1 from number where i < cast(${count} as integer))
    select
      ${sql.lit(prefix)} || cast(i as text), ${sql.lit(prefix)} || cast(i as text), ${sql.lit(state)},
      ${orNull(sql`'succeeded'`)}, 'slack', ${sql.lit(workspace)}, 'C1', 'person' || cast(i % ${sql.lit(people)} as text),
      'course', 'team' || cast(i % ${sql.lit(people)} / 4 as text), ${sql.lit(queue)}, 'student', '{}',
      '{"kind":"git","url":"https://git.example/a"}', 'any', null,
      ${at}, ${at}, ${at}, ${orNull(at)}, ${orNull(at)}, 0, ${at}, ${sql.lit(done ? 1 : 0)}, 0,
      ${orNull(sql.lit(result))}
    from number`.execute(session)
}
