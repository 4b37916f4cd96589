import type { Kysely } from 'kysely'

/** `0008-course`: whether a submission counts, who has longer than the others, and teams that people make themselves. */
export async function createCourse(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('submission').addColumn('standing_json', 'text').execute()
  await db.schema.alterTable('team').addColumn('code', 'text').execute()
  await db.schema.alterTable('team').addColumn('created_by', 'text').execute()
  await db.schema.alterTable('team').addColumn('closed_at', 'bigint').execute()
  await db.schema
    .createTable('extension')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('course', 'text', (column) => column.notNull())
    .addColumn('assignment', 'text', (column) => column.notNull())
    .addColumn('account', 'text')
    .addColumn('team', 'text')
    .addColumn('until_at', 'bigint', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex('extension_by_assignment')
    .on('extension')
    .columns(['course', 'assignment', 'created_at'])
    .execute()
  await db.schema
    .createIndex('submission_by_assignment')
    .on('submission')
    .columns(['course', 'assignment', 'account'])
    .execute()
  await db.schema.createIndex('membership_by_team').on('membership').columns(['course', 'team']).execute()
}
