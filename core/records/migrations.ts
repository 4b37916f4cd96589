import type { Kysely, Migration } from 'kysely'
import { createCourse } from './course-migration.ts'
import { createChatDelivery } from './enrolment-chat-migration.ts'
import { createEnrolment } from './enrolment-migration.ts'
import { createFleet } from './fleet-migration.ts'
import { createOperations } from './operations-migration.ts'
import { createOversight } from './oversight-migration.ts'
import { createScale } from './scale-migration.ts'
import { createStaff } from './staff-migration.ts'

/**
 * Expand first, contract a release later: a migration may only add, so that the release before still runs on the new
 * schema. Names sort; a landed migration is never edited. Types are those both databases know: `text` and `bigint`.
 */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-first': { up: createFirst },
  '0002-enrolment': { up: createEnrolment },
  '0003-operations': { up: createOperations },
  '0004-fleet': { up: createFleet },
  '0005-chat-delivery': { up: createChatDelivery },
  '0007-staff': { up: createStaff },
  '0008-course': { up: createCourse },
  '0009-oversight': { up: createOversight },
  '0010-scale': { up: createScale },
}

// Migrations describe the schema as it was, so they cannot be typed by today's tables.
type AnySchema = Kysely<unknown>

async function createFirst(db: AnySchema): Promise<void> {
  await createSubmissions(db)
  await createDeliveries(db)
  await createPeople(db)
  await createHousekeeping(db)
}

async function createSubmissions(db: AnySchema): Promise<void> {
  await db.schema
    .createTable('submission')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('event_key', 'text', (column) => column.notNull().unique())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('verdict', 'text')
    .addColumn('platform', 'text', (column) => column.notNull())
    .addColumn('workspace', 'text', (column) => column.notNull())
    .addColumn('channel', 'text', (column) => column.notNull())
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('course', 'text', (column) => column.notNull())
    .addColumn('assignment', 'text')
    .addColumn('team', 'text')
    .addColumn('queue', 'text', (column) => column.notNull())
    .addColumn('priority', 'text', (column) => column.notNull())
    .addColumn('needs_json', 'text', (column) => column.notNull())
    .addColumn('source_json', 'text', (column) => column.notNull())
    .addColumn('source_place', 'text', (column) => column.notNull())
    .addColumn('staged_json', 'text')
    .addColumn('parent', 'text')
    .addColumn('submitted_at', 'bigint', (column) => column.notNull())
    .addColumn('received_at', 'bigint', (column) => column.notNull())
    .addColumn('queued_at', 'bigint')
    .addColumn('started_at', 'bigint')
    .addColumn('finished_at', 'bigint')
    .addColumn('available_at', 'bigint', (column) => column.notNull())
    .addColumn('woken_at', 'bigint')
    .addColumn('attempt', 'integer', (column) => column.notNull())
    .addColumn('hand_backs', 'integer', (column) => column.notNull())
    .addColumn('lease_owner', 'text')
    .addColumn('lease_token', 'text')
    .addColumn('lease_until', 'bigint')
    .addColumn('cancel_requested_at', 'bigint')
    .addColumn('cancelled_by', 'text')
    .addColumn('result_json', 'text')
    .execute()
  await addIndex(db, 'submission_by_queue', ['queue', 'state', 'available_at', 'queued_at'])
  await addIndex(db, 'submission_by_state', ['state', 'lease_until'])
  await addIndex(db, 'submission_by_account', ['account', 'received_at'])
  await addIndex(db, 'submission_by_team', ['course', 'team', 'received_at'])
  await addIndex(db, 'submission_by_start', ['queue', 'started_at'])
  await addIndex(db, 'submission_by_owner', ['lease_owner', 'state'])
  await db.schema
    .createTable('attempt')
    .addColumn('submission', 'text', (column) => column.notNull())
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('worker', 'text', (column) => column.notNull())
    .addColumn('host', 'text', (column) => column.notNull())
    .addColumn('started_at', 'bigint', (column) => column.notNull())
    .addColumn('ended_at', 'bigint')
    .addColumn('outcome', 'text')
    .addColumn('reason', 'text')
    .addPrimaryKeyConstraint('attempt_key', ['submission', 'number'])
    .execute()
}

function addIndex(db: AnySchema, name: string, columns: string[]): Promise<void> {
  return db.schema.createIndex(name).on('submission').columns(columns).execute()
}

async function createDeliveries(db: AnySchema): Promise<void> {
  await db.schema
    .createTable('delivery')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('submission', 'text', (column) => column.notNull())
    .addColumn('purpose', 'text', (column) => column.notNull())
    .addColumn('platform', 'text', (column) => column.notNull())
    .addColumn('workspace', 'text', (column) => column.notNull())
    .addColumn('channel', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('message', 'text')
    .addColumn('error', 'text')
    .addColumn('tries', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('delivery_once', ['submission', 'purpose'])
    .execute()
}

async function createPeople(db: AnySchema): Promise<void> {
  await db.schema
    .createTable('account')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('username', 'text', (column) => column.notNull().unique())
    .addColumn('email', 'text')
    .addColumn('first_name', 'text', (column) => column.notNull())
    .addColumn('last_name', 'text', (column) => column.notNull())
    .addColumn('affiliation', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('disabled_at', 'bigint')
    .execute()
  await db.schema
    .createTable('credential')
    .addColumn('access_key', 'text', (column) => column.primaryKey())
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('secret_hash', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint')
    .addColumn('revoked_at', 'bigint')
    .execute()
  await db.schema
    .createTable('membership')
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('course', 'text', (column) => column.notNull())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('team', 'text')
    .addPrimaryKeyConstraint('membership_key', ['account', 'course'])
    .execute()
  await db.schema
    .createTable('identity')
    .addColumn('platform', 'text', (column) => column.notNull())
    .addColumn('workspace', 'text', (column) => column.notNull())
    .addColumn('user', 'text', (column) => column.notNull())
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('linked_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('identity_key', ['platform', 'workspace', 'user'])
    .execute()
  await db.schema
    .createTable('team')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('course', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('team_name', ['course', 'name'])
    .execute()
}

async function createHousekeeping(db: AnySchema): Promise<void> {
  await db.schema
    .createTable('audit')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('action', 'text', (column) => column.notNull())
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('detail_json', 'text', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('lease')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('owner', 'text', (column) => column.notNull())
    .addColumn('token', 'text', (column) => column.notNull())
    .addColumn('until', 'bigint', (column) => column.notNull())
    .execute()
}
