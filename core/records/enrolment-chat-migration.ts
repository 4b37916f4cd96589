import type { Kysely } from 'kysely'

type AnySchema = Kysely<unknown>

/** `0005-chat-delivery`: keys that are revealed in a chat, codes that find their owner there, rosters to confirm. */
export async function createChatDelivery(db: AnySchema): Promise<void> {
  await extendDeliveries(db)
  await createCodes(db)
  await createDrafts(db)
}

async function extendDeliveries(db: AnySchema): Promise<void> {
  const text = ['workspace', 'chat_user', 'dm', 'dm_state']
  for (const name of text) await db.schema.alterTable('credential_delivery').addColumn(name, 'text').execute()
  const numbers = ['revealed_at', 'by_bot']
  for (const name of numbers) await db.schema.alterTable('credential_delivery').addColumn(name, 'bigint').execute()
  const on = (name: string, columns: string[]) =>
    db.schema.createIndex(name).on('credential_delivery').columns(columns).execute()
  await on('credential_delivery_by_dm', ['dm_state', 'workspace'])
  await on('credential_delivery_by_chat', ['chat_user', 'state'])
}

async function createCodes(db: AnySchema): Promise<void> {
  await db.schema
    .createTable('enrolment_code')
    .addColumn('hash', 'text', (column) => column.primaryKey())
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('course', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('used_at', 'bigint')
    .addColumn('used_by', 'text')
    .execute()
  await db.schema.createIndex('enrolment_code_by_account').on('enrolment_code').columns(['account']).execute()
}

async function createDrafts(db: AnySchema): Promise<void> {
  await db.schema
    .createTable('enrolment_draft')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('course', 'text', (column) => column.notNull())
    .addColumn('place_json', 'text', (column) => column.notNull())
    .addColumn('options_json', 'text', (column) => column.notNull())
    .addColumn('roster', 'text')
    .addColumn('digest', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('outcome', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('enrolment_draft_by_state').on('enrolment_draft').columns(['state']).execute()
}
