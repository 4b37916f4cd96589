import type { Kysely } from 'kysely'

/** `0003-operations`: which queues staff stopped, and messages that no worker could read. */
export async function createOperations(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('pause')
    .addColumn('queue', 'text', (column) => column.primaryKey())
    .addColumn('paused_at', 'bigint', (column) => column.notNull())
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('invalid_message')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('queue', 'text', (column) => column.notNull())
    .addColumn('problem', 'text', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('received_at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('submission_by_verdict').on('submission').columns(['verdict', 'finished_at']).execute()
  await db.schema.createIndex('submission_by_parent').on('submission').columns(['parent']).execute()
}
