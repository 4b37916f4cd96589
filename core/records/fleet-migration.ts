import type { Kysely } from 'kysely'

/** `0004-fleet`: which workers there are and what they have, and which attempt has or had which GPU. */
export async function createFleet(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('worker')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('host', 'text', (column) => column.notNull())
    .addColumn('queues', 'text', (column) => column.notNull())
    .addColumn('slots', 'integer', (column) => column.notNull())
    .addColumn('capabilities_json', 'text', (column) => column.notNull())
    .addColumn('seen_at', 'bigint', (column) => column.notNull())
    .addColumn('until', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('gpu_use')
    .addColumn('submission', 'text', (column) => column.notNull())
    .addColumn('attempt', 'integer', (column) => column.notNull())
    .addColumn('host', 'text', (column) => column.notNull())
    .addColumn('uuid', 'text', (column) => column.notNull())
    .addColumn('course', 'text', (column) => column.notNull())
    .addColumn('team', 'text')
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('taken_at', 'bigint', (column) => column.notNull())
    .addColumn('until', 'bigint', (column) => column.notNull())
    .addColumn('released_at', 'bigint')
    .addPrimaryKeyConstraint('gpu_use_key', ['submission', 'attempt', 'uuid'])
    .execute()
  await db.schema.createIndex('gpu_use_by_host').on('gpu_use').columns(['host', 'released_at']).execute()
  await db.schema.createIndex('attempt_by_host').on('attempt').columns(['host', 'ended_at']).execute()
}
