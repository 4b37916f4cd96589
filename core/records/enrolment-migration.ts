import { type Kysely, PostgresAdapter, sql } from 'kysely'

type AnySchema = Kysely<unknown>

/** `0002-enrolment`: the roster, secrets that wait for delivery, guesses; and an audit trail that only grows. */
export async function createEnrolment(db: AnySchema): Promise<void> {
  await db.schema.alterTable('membership').addColumn('expires_at', 'bigint').execute()
  await createRoster(db)
  await createCredentialDeliveries(db)
  await createGuesses(db)
  await db.schema.createIndex('credential_by_account').on('credential').columns(['account']).execute()
  await db.schema.createIndex('identity_by_account').on('identity').columns(['account']).execute()
  await db.schema.createIndex('account_by_email').on('account').columns(['email']).execute()
  await db.schema.createIndex('audit_by_subject').on('audit').columns(['subject', 'at']).execute()
  await freezeAudit(db)
}

async function createRoster(db: AnySchema): Promise<void> {
  await db.schema
    .createTable('enrolment')
    .addColumn('course', 'text', (column) => column.notNull())
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('team', 'text')
    .addColumn('slack', 'text')
    .addColumn('discord', 'text')
    .addColumn('repo', 'text')
    .addColumn('expires_at', 'bigint')
    .addColumn('enrolled_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addColumn('removed_at', 'bigint')
    .addPrimaryKeyConstraint('enrolment_key', ['course', 'account'])
    .execute()
}

async function createCredentialDeliveries(db: AnySchema): Promise<void> {
  await db.schema
    .createTable('credential_delivery')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('course', 'text', (column) => column.notNull())
    .addColumn('access_key', 'text', (column) => column.notNull())
    .addColumn('channel', 'text', (column) => column.notNull())
    .addColumn('address', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('sealed', 'text')
    .addColumn('message', 'text')
    .addColumn('error', 'text')
    .addColumn('tries', 'integer', (column) => column.notNull())
    .addColumn('available_at', 'bigint', (column) => column.notNull())
    .addColumn('lease_token', 'text')
    .addColumn('lease_until', 'bigint')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .execute()
  const on = (name: string, columns: string[]) =>
    db.schema.createIndex(name).on('credential_delivery').columns(columns).execute()
  await on('credential_delivery_by_state', ['state', 'channel', 'available_at'])
  await on('credential_delivery_by_account', ['account', 'created_at'])
  await on('credential_delivery_by_key', ['access_key'])
  await on('credential_delivery_by_lease', ['lease_token'])
}

async function createGuesses(db: AnySchema): Promise<void> {
  await db.schema
    .createTable('guess')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('failures', 'integer', (column) => column.notNull())
    .addColumn('next_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('guess_by_age').on('guess').columns(['updated_at']).execute()
}

const onlyAdded = 'rows of the audit trail are only ever added'

/** The database itself refuses to change what was done. */
async function freezeAudit(db: AnySchema): Promise<void> {
  const statements =
    db.getExecutor().adapter instanceof PostgresAdapter
      ? [
          `create function audit_only_added() returns trigger language plpgsql as
           $$ begin raise exception '${onlyAdded}'; end $$`,
          'create trigger audit_frozen before update or delete on audit for each row execute function audit_only_added()',
        ]
      : ['update', 'delete'].map(
          (verb) =>
            `create trigger audit_no_${verb} before ${verb} on audit begin select raise(abort, '${onlyAdded}'); end`,
        )
  for (const statement of statements) await sql.raw(statement).execute(db)
}
