import { type Kysely, type RawBuilder, sql } from 'kysely'

/**
 * What one person has waiting that needs the same machine, as one text to search by: the separators are characters
 * that no name holds. An index has it, so this text and the index's must stay the same.
 */
export const laneKey: RawBuilder<string> = sql<string>`(course || ${sql.lit('\u001f')} || coalesce(team, ${sql.lit('\u001e')}) || ${sql.lit('\u001f')} || account || ${sql.lit('\u001f')} || priority || ${sql.lit('\u001f')} || needs_json)`

/**
 * `0010-scale`: what makes a job cost the same however many there were and however many wait. Indexes that hold only
 * what still moves, who was served when, and which threads are complete.
 */
export async function createScale(db: Kysely<unknown>): Promise<void> {
  await createServed(db)
  await db.schema
    .alterTable('submission')
    .addColumn('told', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()
  await sql`
    update submission set told = 1 where exists (
      select 1 from delivery
      where delivery.submission = submission.id and delivery.purpose = 'log' and delivery.state <> 'sending')`.execute(
    db,
  )
  for (const index of indexes) await index.execute(db)
}

const queued = sql`where (state = 'queued') is true`

const indexes = [
  sql`create index submission_in_lane on submission (queue, ${laneKey}, queued_at, id, available_at) ${queued}`,
  sql`create index submission_in_turn on submission (queue, queued_at, id, ${laneKey}) ${queued}`,
  sql`create index submission_to_wake on submission (coalesce(woken_at, 0), available_at) ${queued}`,
  sql`create index submission_tried on submission (queue) where (state = 'queued' and attempt > 0) is true`,
  sql`create index submission_untold on submission (platform, workspace, received_at) where told = 0`,
  sql`create index submission_holder_news on submission (platform, workspace) where taken_shown = 0`,
  sql`create index submission_of_person on submission (account, course, received_at)`,
]

async function createServed(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('served')
    .addColumn('queue', 'text', (column) => column.notNull())
    .addColumn('course', 'text', (column) => column.notNull())
    .addColumn('team', 'text', (column) => column.notNull())
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('priority', 'text', (column) => column.notNull())
    .addColumn('last_started_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('served_key', ['queue', 'course', 'team', 'account', 'priority'])
    .execute()
  await sql`
    insert into served (queue, course, team, account, priority, last_started_at)
    select queue, course, coalesce(team, ''), account, priority, max(started_at) from submission
    where started_at is not null group by 1, 2, 3, 4, 5`.execute(db)
  await db.schema.createIndex('served_lately').on('served').columns(['queue', 'last_started_at']).execute()
}
