import type { Kysely } from 'kysely'

/** `0009-oversight`: notes, batches and archived terms, and what retention has removed. */
export async function createOversight(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('remark')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('submission', 'text', (column) => column.notNull())
    .addColumn('course', 'text', (column) => column.notNull())
    .addColumn('author', 'text', (column) => column.notNull())
    .addColumn('text', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('remark_by_submission').on('remark').columns(['submission', 'created_at']).execute()
  await db.schema
    .createTable('batch')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('course', 'text', (column) => column.notNull())
    .addColumn('assignment', 'text', (column) => column.notNull())
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('total', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('cancelled_at', 'bigint')
    .execute()
  await db.schema
    .createTable('term')
    .addColumn('course', 'text', (column) => column.primaryKey())
    .addColumn('archived_at', 'bigint', (column) => column.notNull())
    .addColumn('archived_by', 'text', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('removed')
    .addColumn('submission', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('removed_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('removed_key', ['submission', 'kind'])
    .execute()
  await db.schema.createIndex('submission_by_course').on('submission').columns(['course', 'received_at']).execute()
}
