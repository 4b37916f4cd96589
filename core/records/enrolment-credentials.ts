import { type Selectable, sql } from 'kysely'
import type { Database, Session } from './database.ts'
import { note } from './enrolment-audit.ts'
import type { NewDelivery } from './enrolment-claims.ts'
import { cancelDeliveries, putDelivery } from './enrolment-deliveries.ts'
import type { CredentialTable } from './tables.ts'

/** What the records know of a pair of keys. Never the secret one. */
export interface Credential {
  readonly accessKey: string
  readonly account: string
  readonly createdAt: number
  readonly expiresAt?: number
  readonly revokedAt?: number
}

interface NewCredential {
  readonly accessKey: string
  readonly secretHash: string
  readonly account: string
  readonly expiresAt?: number
}

/** A credential and how it reaches its owner. Made anew for each try of a transaction. */
export interface Issue {
  readonly credential: NewCredential
  readonly delivery?: NewDelivery
}

interface RotateOptions {
  readonly account: string
  /** An account's id, or who else did it. */
  readonly actor: string
  /** How long the older keys go on working, in milliseconds. */
  readonly overlapMs: number
  readonly issue: (expiresAt: number | undefined) => Issue
}

export interface Credentials {
  /** Newest first. */
  ofAccount(account: string): Promise<Credential[]>
  /** Issues a new pair; older ones end after the overlap, and no longer wait for delivery. */
  rotate(options: RotateOptions): Promise<void>
  /** Ends every pair and every sign-in of the account, now. Returns how many pairs that were. */
  revoke(account: string, actor: string): Promise<number>
}

export function createCredentialRecords(database: Database): Credentials {
  return {
    ofAccount: (account) => database.read((session) => ofAccount(session, account)),
    rotate: (options) => database.write((session) => rotate(database, session, options)),
    revoke: (account, actor) =>
      database.write(async (session) => {
        const ended = await endAccess(database, session, account)
        await note(database, session, [
          { actor, action: 'credential.revoke', subject: account, detail: { credentials: ended } },
        ])
        return ended
      }),
  }
}

async function ofAccount(session: Session, account: string): Promise<Credential[]> {
  const rows = await session
    .selectFrom('credential')
    .selectAll()
    .where('account', '=', account)
    .orderBy('created_at', 'desc')
    .limit(100)
    .execute()
  return rows.map(toCredential)
}

export function toCredential(row: Selectable<CredentialTable>): Credential {
  return {
    accessKey: row.access_key,
    account: row.account,
    createdAt: row.created_at,
    ...(row.expires_at === null ? {} : { expiresAt: row.expires_at }),
    ...(row.revoked_at === null ? {} : { revokedAt: row.revoked_at }),
  }
}

/** Neither revoked nor over. */
export function usable(database: Database, session: Session, accounts: readonly string[]) {
  return session
    .selectFrom('credential')
    .where('account', 'in', accounts)
    .where('revoked_at', 'is', null)
    .where((row) => row.or([row('expires_at', 'is', null), row('expires_at', '>', database.now)]))
}

async function rotate(
  database: Database,
  session: Session,
  { account, actor, overlapMs, issue }: RotateOptions,
): Promise<void> {
  await database.lock(session, `credential:${account}`)
  const until = sql<number>`${database.now} + ${overlapMs}`
  const old = await usable(database, session, [account]).select(['access_key', 'expires_at']).execute()
  const latest = old.some(({ expires_at }) => expires_at === null)
    ? undefined
    : Math.max(0, ...old.map(({ expires_at }) => expires_at ?? 0)) || undefined
  await cancelDeliveries(database, session, account)
  await session
    .updateTable('credential')
    .set({ expires_at: sql<number>`case when expires_at < ${until} then expires_at else ${until} end` })
    .where('access_key', 'in', ['', ...old.map(({ access_key }) => access_key)])
    .execute()
  const made = issue(latest)
  await putCredential(database, session, made)
  await note(database, session, [
    {
      actor,
      action: 'credential.rotate',
      subject: account,
      detail: { accessKey: made.credential.accessKey, overlapMs },
    },
  ])
}

export async function putCredential(
  database: Database,
  session: Session,
  { credential, delivery }: Issue,
): Promise<void> {
  await session
    .insertInto('credential')
    .values({
      access_key: credential.accessKey,
      account: credential.account,
      secret_hash: credential.secretHash,
      created_at: database.now,
      expires_at: credential.expiresAt ?? null,
    })
    .execute()
  if (delivery !== undefined) await putDelivery(database, session, delivery)
}

/** No key works any more, nobody is signed in, and nothing is on its way. */
export async function endAccess(database: Database, session: Session, account: string): Promise<number> {
  const { numUpdatedRows } = await session
    .updateTable('credential')
    .set({ revoked_at: database.now })
    .where('account', '=', account)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  await session.deleteFrom('identity').where('account', '=', account).execute()
  await session.deleteFrom('enrolment_code').where('account', '=', account).where('used_at', 'is', null).execute()
  await cancelDeliveries(database, session, account)
  return Number(numUpdatedRows)
}
