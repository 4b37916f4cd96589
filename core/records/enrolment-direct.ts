import { sql } from 'kysely'
import type { Database, Session } from './database.ts'
import { note } from './enrolment-audit.ts'
import type { ClaimedDelivery } from './enrolment-claims.ts'
import type { CredentialDeliveryState } from './enrolment-tables.ts'

type Owned = Pick<ClaimedDelivery, 'id' | 'token'>

interface Offered {
  readonly workspace: string
  /** Who may press the button. */
  readonly user: string
  /** The message, as its transport knows it. */
  readonly message: string
  /** Until when the button works. */
  readonly lifetimeMs: number
}

interface Blocked {
  readonly workspace: string
  readonly user: string
  readonly reason: string
  /** How long the person has to talk to the bot before the keys go another way. */
  readonly graceMs: number
}

/** A direct message whose text is not true any more. */
export interface StaleMessage {
  readonly id: string
  readonly message: string
  readonly course: string
  readonly state: CredentialDeliveryState
  readonly revealedAt?: number
}

/** Keys on their way through direct messages. All that take a claimed delivery answer `false` when its lease was lost. */
export interface DirectMessages {
  /** Whose button it will be. Before the message goes out: they may press it before `offered` is called. */
  addressed(delivery: Owned, to: Pick<Offered, 'workspace' | 'user'>): Promise<boolean>
  /** The message with the button is out; the secret stays sealed until it is pressed. */
  offered(delivery: Owned, offer: Offered): Promise<boolean>
  /** The person takes no direct messages. */
  blocked(delivery: Owned, block: Blocked): Promise<boolean>
  /** Nobody is there under this address: by mail where there is one, else into the instructor's file. */
  reroute(delivery: Owned, reason: string): Promise<boolean>
  /** Ends offers that nobody took in time, and sends what is blocked for too long another way. Answers how many. */
  moveOverdue(): Promise<number>
  /** Messages that still offer what is gone, longest first. */
  stale(workspace: string, limit: number): Promise<StaleMessage[]>
  /** The message says what became of it, or is gone. */
  settledMessage(id: string): Promise<void>
}

export function createDirectMessages(database: Database): DirectMessages {
  return {
    addressed: (delivery, { workspace, user }) =>
      database.write(async (session) => {
        const row = await owned(session, delivery).set({ workspace, chat_user: user }).executeTakeFirst()
        return row !== undefined
      }),
    offered: (delivery, offer) => database.write((session) => offered(database, session, delivery, offer)),
    blocked: (delivery, block) => database.write((session) => blocked(database, session, delivery, block)),
    reroute: (delivery, reason) =>
      database.write(async (session) => (await reroute(database, session, { ...delivery, reason })) > 0),
    moveOverdue: () => database.write((session) => moveOverdue(database, session)),
    stale: (workspace, limit) => database.read((session) => stale(session, workspace, limit)),
    settledMessage: (id) =>
      database.write(async (session) => {
        await session.updateTable('credential_delivery').set({ dm_state: 'settled' }).where('id', '=', id).execute()
      }),
  }
}

const released = { lease_token: null, lease_until: null } as const

/** The delivery, as an update, only while it is ours. */
function owned(session: Session, { id, token }: Owned) {
  return session
    .updateTable('credential_delivery')
    .where('id', '=', id)
    .where('lease_token', '=', token)
    .where('state', '=', 'sending')
    .returning(['account', 'channel', 'access_key'])
}

async function offered(database: Database, session: Session, delivery: Owned, offer: Offered): Promise<boolean> {
  const { workspace, user, message, lifetimeMs } = offer
  const row = await owned(session, delivery)
    .set({
      ...{ ...released, state: 'offered', workspace, chat_user: user, dm: message, dm_state: 'offer', error: null },
      available_at: sql<number>`${database.now} + ${lifetimeMs}`,
      updated_at: database.now,
    })
    .executeTakeFirst()
  if (row !== undefined) return told(database, session, row, 'credential.offer', { to: `${workspace}:${user}` })
  // It was pressed already, or the keys were withdrawn: what the message says is not true any more.
  await session
    .updateTable('credential_delivery')
    .set({ dm: message, dm_state: 'offer' })
    .where('id', '=', delivery.id)
    .where('lease_token', '=', delivery.token)
    .execute()
  return false
}

const longestError = 500

async function blocked(database: Database, session: Session, delivery: Owned, block: Blocked): Promise<boolean> {
  const { workspace, user, reason, graceMs } = block
  const row = await owned(session, delivery)
    .set({
      ...{ ...released, state: 'blocked', workspace, chat_user: user, error: reason.slice(0, longestError) },
      available_at: sql<number>`${database.now} + ${graceMs}`,
      updated_at: database.now,
    })
    .executeTakeFirst()
  return told(database, session, row, 'credential.blocked', { reason: reason.slice(0, 200) })
}

interface Row {
  readonly account: string
  readonly channel: string
  readonly access_key: string
}

async function told(
  database: Database,
  session: Session,
  row: Row | undefined,
  action: string,
  more: Readonly<Record<string, string>>,
): Promise<boolean> {
  if (row === undefined) return false
  const detail = { channel: row.channel, accessKey: row.access_key, ...more }
  await note(database, session, [{ actor: 'system', action, subject: row.account, detail }])
  return true
}

interface Rerouted {
  readonly id: string
  /** Of a claimed one; without it, of one that is blocked. */
  readonly token?: string
  readonly reason: string
}

/** Mail first, unless that was it; whoever has no address is in the file. Answers how many went. */
async function reroute(database: Database, session: Session, { id, token, reason }: Rerouted): Promise<number> {
  const found = await session
    .selectFrom('credential_delivery as d')
    .innerJoin('account as a', 'a.id', 'd.account')
    .select(['d.channel', 'd.account', 'd.access_key', 'a.email', 'a.username'])
    .where('d.id', '=', id)
    .executeTakeFirst()
  if (found === undefined) return 0
  const byMail = found.email !== null && found.channel !== 'mail'
  const next = byMail ? { channel: 'mail', address: found.email ?? '' } : { channel: 'file', address: found.username }
  const { numUpdatedRows } = await session
    .updateTable('credential_delivery')
    .set({
      ...{ ...released, ...next, state: 'waiting', by_bot: 1, tries: 0, error: reason.slice(0, longestError) },
      available_at: database.now,
      updated_at: database.now,
    })
    .where('id', '=', id)
    .where('sealed', 'is not', null)
    .$if(token !== undefined, (query) => query.where('lease_token', '=', token ?? '').where('state', '=', 'sending'))
    .$if(token === undefined, (query) => query.where('state', '=', 'blocked'))
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return 0
  const detail = { from: found.channel, to: next.channel, accessKey: found.access_key, reason: reason.slice(0, 200) }
  await note(database, session, [{ actor: 'system', action: 'credential.reroute', subject: found.account, detail }])
  return 1
}

const atOnce = 200

async function moveOverdue(database: Database, session: Session): Promise<number> {
  await database.lock(session, 'credential-delivery')
  const over = await session
    .selectFrom('credential_delivery')
    .select(['id', 'state', 'account', 'channel', 'access_key', 'error'])
    .where('state', 'in', ['offered', 'blocked'])
    .where('available_at', '<=', database.now)
    .limit(atOnce)
    .execute()
  let moved = 0
  for (const row of over) {
    if (row.state === 'blocked') moved += await reroute(database, session, { id: row.id, reason: row.error ?? '' })
    else moved += await expire(database, session, row)
  }
  return moved
}

async function expire(database: Database, session: Session, row: Row & { readonly id: string }): Promise<number> {
  const { numUpdatedRows } = await session
    .updateTable('credential_delivery')
    .set({ state: 'expired', sealed: null, error: 'nobody pressed Reveal in time', updated_at: database.now })
    .where('id', '=', row.id)
    .where('state', '=', 'offered')
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return 0
  await told(database, session, row, 'credential.undelivered', { reason: 'nobody pressed Reveal in time' })
  return 1
}

async function stale(session: Session, workspace: string, limit: number): Promise<StaleMessage[]> {
  const rows = await session
    .selectFrom('credential_delivery')
    .select(['id', 'dm', 'course', 'state', 'revealed_at'])
    .where('dm_state', '=', 'offer')
    .where('workspace', '=', workspace)
    .where('state', '!=', 'offered')
    .orderBy('updated_at')
    .limit(limit)
    .execute()
  return rows.map(({ id, dm, course, state, revealed_at }) => ({
    ...{ id, message: dm ?? '', course, state },
    ...(revealed_at === null ? {} : { revealedAt: revealed_at }),
  }))
}
