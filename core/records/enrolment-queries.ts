import { sql } from 'kysely'
import type { Database, Session } from './database.ts'
import { type Account, type Identity, toAccount } from './people.ts'

/** Somebody as the records have them in a course. */
export interface EnrolledPerson {
  readonly account: string
  readonly username: string
  readonly firstName: string
  readonly lastName: string
  readonly affiliation: string
  readonly email: string | null
  readonly disabled: boolean
  readonly course: string
  readonly role: string
  readonly team: string | null
  readonly slack: string | null
  readonly discord: string | null
  readonly repo: string | null
  readonly expiresAt: number | null
  /** Was in the roster once, and is not now. */
  readonly removed: boolean
}

/** How somebody's keys are, for the instructor. */
export interface KeyStatus {
  readonly username: string
  readonly email: string | null
  readonly course: string
  readonly team: string | null
  readonly role: string
  /** The newest pair. Null when there never was one. */
  readonly accessKey: string | null
  readonly keyState: 'usable' | 'expired' | 'revoked' | 'none'
  readonly channel: string | null
  readonly delivery: string | null
  readonly error: string | null
  readonly tries: number
  readonly updatedAt: number | null
  readonly revealedAt: number | null
}

export interface Addresses {
  readonly email?: string
  readonly slack?: string
  readonly discord?: string
  /** Whom the account is signed in as. */
  readonly identities: readonly Identity[]
}

export interface EnrolmentQueries {
  /** Everybody who is or was in the course, at most 100,000. */
  inCourse(course: string): Promise<EnrolledPerson[]>
  /** Accounts with one of these addresses, whatever the case of the letters. */
  byEmail(emails: readonly string[]): Promise<Account[]>
  /** Accounts that a roster gives this user's id on the platform. */
  byPlatformId(platform: 'slack' | 'discord', user: string): Promise<Account[]>
  /** How somebody can be reached, as what they signed in with and as their rosters say. */
  addressesOf(account: string): Promise<Addresses>
  status(course: string): Promise<KeyStatus[]>
}

export function createEnrolmentQueries(database: Database): EnrolmentQueries {
  return {
    inCourse: (course) => database.read((session) => inCourse(session, course)),
    byEmail: (emails) => database.read((session) => byEmail(session, emails)),
    byPlatformId: (platform, user) => database.read((session) => byPlatformId(session, platform, user)),
    addressesOf: (account) => database.read((session) => addressesOf(session, account)),
    status: (course) => database.read((session) => status(database, session, course)),
  }
}

const most = 100_000

async function inCourse(session: Session, course: string): Promise<EnrolledPerson[]> {
  const rows = await session
    .selectFrom('enrolment as e')
    .innerJoin('account as a', 'a.id', 'e.account')
    .selectAll('e')
    .select(['a.username', 'a.first_name', 'a.last_name', 'a.affiliation', 'a.email', 'a.disabled_at'])
    .where('e.course', '=', course)
    .orderBy('a.username')
    .limit(most)
    .execute()
  return rows.map(({ course, account, role, team, slack, discord, repo, username, affiliation, email, ...row }) => ({
    ...{ course, account, role, team, slack, discord, repo, username, affiliation, email },
    firstName: row.first_name,
    lastName: row.last_name,
    expiresAt: row.expires_at,
    disabled: row.disabled_at !== null,
    removed: row.removed_at !== null,
  }))
}

const chunk = 500

async function byEmail(session: Session, emails: readonly string[]): Promise<Account[]> {
  const found: Account[] = []
  for (let start = 0; start < emails.length; start += chunk) {
    const some = emails.slice(start, start + chunk).map((email) => email.toLowerCase())
    const rows = await session.selectFrom('account').selectAll().where(sql<string>`lower(email)`, 'in', some).execute()
    found.push(...rows.map(toAccount))
  }
  return found
}

async function byPlatformId(session: Session, platform: 'slack' | 'discord', user: string): Promise<Account[]> {
  const inRosters = session.selectFrom('enrolment').select('account').where(platform, '=', user)
  const rows = await session
    .selectFrom('account')
    .selectAll()
    .where('id', 'in', inRosters.where('removed_at', 'is', null))
    .limit(most)
    .execute()
  return rows.map(toAccount)
}

async function addressesOf(session: Session, account: string): Promise<Addresses> {
  const identities = await session
    .selectFrom('identity')
    .select(['platform', 'workspace', 'user'])
    .where('account', '=', account)
    .orderBy('linked_at', 'desc')
    .limit(20)
    .execute()
  const person = await session.selectFrom('account').select('email').where('id', '=', account).executeTakeFirst()
  const rows = await session
    .selectFrom('enrolment')
    .select(['slack', 'discord'])
    .where('account', '=', account)
    .where('removed_at', 'is', null)
    .execute()
  const [slack] = rows.flatMap((row) => row.slack ?? [])
  const [discord] = rows.flatMap((row) => row.discord ?? [])
  const email = person?.email ?? undefined
  return {
    identities,
    ...(email === undefined ? {} : { email }),
    ...(slack === undefined ? {} : { slack }),
    ...(discord === undefined ? {} : { discord }),
  }
}

async function status(database: Database, session: Session, course: string): Promise<KeyStatus[]> {
  const rows = await session
    .selectFrom('enrolment as e')
    .innerJoin('account as a', 'a.id', 'e.account')
    .leftJoin('credential as c', (join) =>
      join.on('c.access_key', '=', (row) =>
        row
          .selectFrom('credential as n')
          .select('n.access_key')
          .whereRef('n.account', '=', 'e.account')
          .orderBy('n.created_at', 'desc')
          .orderBy('n.access_key')
          .limit(1),
      ),
    )
    .leftJoin('credential_delivery as d', 'd.access_key', 'c.access_key')
    .select(['a.username', 'a.email', 'e.course', 'e.team', 'e.role', 'c.access_key', 'c.revoked_at'])
    .select(['d.channel', 'd.state', 'd.error', 'd.tries', 'd.updated_at', 'd.revealed_at'])
    .select(sql<number>`case when c.expires_at <= ${database.now} then 1 else 0 end`.as('expired'))
    .where('e.course', '=', course)
    .where('e.removed_at', 'is', null)
    .orderBy('a.username')
    .limit(most)
    .execute()
  return rows.map((row) => ({
    ...{ username: row.username, email: row.email, course: row.course, team: row.team, role: row.role },
    accessKey: row.access_key,
    keyState: keyState(row),
    channel: row.channel,
    delivery: row.state,
    error: row.error,
    tries: row.tries ?? 0,
    updatedAt: row.updated_at,
    revealedAt: row.revealed_at,
  }))
}

interface KeyRow {
  readonly access_key: string | null
  readonly revoked_at: number | null
  readonly expired: number
}

function keyState({ access_key, revoked_at, expired }: KeyRow): KeyStatus['keyState'] {
  if (access_key === null) return 'none'
  if (revoked_at !== null) return 'revoked'
  return expired === 1 ? 'expired' : 'usable'
}
