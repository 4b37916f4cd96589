import type { Kysely } from 'kysely'

/**
 * `0007-staff`: who has taken a thread over, what the course staff are told, which hosts are not well, and
 * the roles that people have by a group or a role of their chat.
 */
export async function createStaff(db: Kysely<unknown>): Promise<void> {
  for (const column of ['taken_by', 'taken_name']) {
    await db.schema.alterTable('submission').addColumn(column, 'text').execute()
  }
  await db.schema.alterTable('submission').addColumn('taken_shown', 'integer').execute()
  await db.schema
    .createTable('notice')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('platform', 'text', (column) => column.notNull())
    .addColumn('workspace', 'text', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('text', 'text', (column) => column.notNull())
    .addColumn('submission', 'text')
    .addColumn('course', 'text')
    .addColumn('happened_at', 'bigint', (column) => column.notNull())
    .addColumn('post', 'text')
    .addColumn('channel', 'text')
    .addColumn('bundled_at', 'bigint')
    .addUniqueConstraint('notice_once', ['platform', 'workspace', 'key'])
    .execute()
  await db.schema
    .createTable('alarm')
    .addColumn('host', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('problem', 'text', (column) => column.notNull())
    .addColumn('since', 'bigint', (column) => column.notNull())
    .addColumn('cleared_at', 'bigint')
    .addPrimaryKeyConstraint('alarm_key', ['host', 'name'])
    .execute()
  await db.schema
    .createTable('mapped_role')
    .addColumn('platform', 'text', (column) => column.notNull())
    .addColumn('workspace', 'text', (column) => column.notNull())
    .addColumn('user', 'text', (column) => column.notNull())
    .addColumn('course', 'text', (column) => column.notNull())
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('until', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('mapped_role_key', ['platform', 'workspace', 'user', 'course'])
    .execute()
  await db.schema.createIndex('mapped_role_by_account').on('mapped_role').columns(['account']).execute()
}
