import type { Selectable } from 'kysely'
import { newSubmissionId } from '../vocabulary.ts'
import type { Database, Session } from './database.ts'
import { createMappedRoles, forgetMappedRoles, type MappedRoles, withMappedRoles } from './mapped-roles.ts'
import type { AccountTable } from './tables.ts'

/** Somebody RAI knows. */
export interface Account {
  readonly id: string
  readonly username: string
  readonly email?: string
  readonly firstName: string
  readonly lastName: string
  readonly affiliation: string
  /** A disabled account may do nothing and keeps its records. */
  readonly disabled: boolean
}

/** What a person is in one course. */
export interface Membership {
  readonly course: string
  readonly role: string
  readonly team?: string
}

/** A person as a chat knows them. */
export interface Identity {
  readonly platform: string
  readonly workspace: string
  readonly user: string
}

export interface NewAccount {
  readonly username: string
  readonly email?: string
  readonly firstName?: string
  readonly lastName?: string
  readonly affiliation?: string
}

export interface People {
  byId(id: string): Promise<Account | undefined>
  byUsername(username: string): Promise<Account | undefined>
  byIdentity(identity: Identity): Promise<Account | undefined>
  memberships(account: string): Promise<Membership[]>
  /** The account of that name, made when there is none. */
  ensure(account: NewAccount): Promise<Account>
  /** Says what somebody is in a course, whatever they were before. */
  enrol(account: string, membership: Membership): Promise<void>
  /** From now on, this chat user is this account. */
  link(identity: Identity, account: string): Promise<void>
  unlink(identity: Identity): Promise<void>
  /** Roles by a group or a role of a chat; `memberships` counts them in. */
  readonly mapped: MappedRoles
}

export function createPeople(database: Database): People {
  const find = (column: 'id' | 'username', value: string) =>
    database.read(async (session) => {
      const row = await session.selectFrom('account').selectAll().where(column, '=', value).executeTakeFirst()
      return row === undefined ? undefined : toAccount(row)
    })
  return {
    byId: (id) => find('id', id),
    byUsername: (username) => find('username', username),
    byIdentity: (identity) => database.read((session) => byIdentity(session, identity)),
    memberships: (account) => database.read((session) => memberships(database, session, account)),
    ensure: (account) => database.write((session) => ensure(database, session, account)),
    enrol: (account, membership) => database.write((session) => enrol(session, account, membership)),
    link: (identity, account) => database.write((session) => link(database, session, identity, account)),
    unlink: (identity) => database.write((session) => unlink(session, identity)),
    mapped: createMappedRoles(database),
  }
}

async function byIdentity(session: Session, { platform, workspace, user }: Identity): Promise<Account | undefined> {
  const row = await session
    .selectFrom('account')
    .innerJoin('identity', 'identity.account', 'account.id')
    .selectAll('account')
    .where('identity.platform', '=', platform)
    .where('identity.workspace', '=', workspace)
    .where('identity.user', '=', user)
    .executeTakeFirst()
  return row === undefined ? undefined : toAccount(row)
}

async function memberships(database: Database, session: Session, account: string): Promise<Membership[]> {
  const rows = await session
    .selectFrom('membership')
    .selectAll()
    .where('account', '=', account)
    .where((row) => row.or([row('expires_at', 'is', null), row('expires_at', '>', database.now)]))
    .orderBy('course')
    .execute()
  const own = rows.map(({ course, role, team }) => ({ course, role, ...(team === null ? {} : { team }) }))
  return withMappedRoles(database, session, account, own)
}

async function ensure(database: Database, session: Session, account: NewAccount): Promise<Account> {
  await session
    .insertInto('account')
    .values({
      id: newSubmissionId(),
      username: account.username,
      email: account.email ?? null,
      first_name: account.firstName ?? '',
      last_name: account.lastName ?? '',
      affiliation: account.affiliation ?? '',
      created_at: database.now,
    })
    .onConflict((conflict) => conflict.column('username').doNothing())
    .execute()
  const row = await session
    .selectFrom('account')
    .selectAll()
    .where('username', '=', account.username)
    .executeTakeFirstOrThrow()
  return toAccount(row)
}

async function enrol(session: Session, account: string, { course, role, team }: Membership): Promise<void> {
  const row = { role, team: team ?? null }
  await session
    .insertInto('membership')
    .values({ account, course, ...row })
    .onConflict((conflict) => conflict.columns(['account', 'course']).doUpdateSet(row))
    .execute()
}

async function link(
  database: Database,
  session: Session,
  { platform, workspace, user }: Identity,
  account: string,
): Promise<void> {
  const row = { account, linked_at: database.now }
  await forgetMappedRoles(session, { platform, workspace, user })
  await session
    .insertInto('identity')
    .values({ platform, workspace, user, ...row })
    .onConflict((conflict) => conflict.columns(['platform', 'workspace', 'user']).doUpdateSet(row))
    .execute()
}

async function unlink(session: Session, { platform, workspace, user }: Identity): Promise<void> {
  await forgetMappedRoles(session, { platform, workspace, user })
  await session
    .deleteFrom('identity')
    .where('platform', '=', platform)
    .where('workspace', '=', workspace)
    .where('user', '=', user)
    .execute()
}

export function toAccount(row: Selectable<AccountTable>): Account {
  return {
    id: row.id,
    username: row.username,
    firstName: row.first_name,
    lastName: row.last_name,
    affiliation: row.affiliation,
    disabled: row.disabled_at !== null,
    ...(row.email === null ? {} : { email: row.email }),
  }
}
