import { type Selectable, sql } from 'kysely'
import type { Database, Session } from './database.ts'
import type { CredentialDeliveryTable } from './enrolment-tables.ts'
import { newToken } from './leasing.ts'

/** How a secret key may travel. `chat` waits until its owner, who is signed in there, asks for it. */
const deliveryChannels = ['mail', 'file', 'slack', 'discord', 'chat'] as const
export type DeliveryChannel = (typeof deliveryChannels)[number]

export interface NewDelivery {
  readonly id: string
  readonly account: string
  readonly course: string
  readonly accessKey: string
  readonly channel: DeliveryChannel
  readonly address: string
  readonly sealed: string
  /** Mailed by a bot, with the text that RAI has itself. */
  readonly byBot?: boolean
}

/** A delivery that is ours to make until the lease ends; another process may make it again afterwards. */
export interface ClaimedDelivery extends NewDelivery {
  readonly token: string
  /** 1 for the first. */
  readonly tries: number
  readonly person: {
    readonly username: string
    readonly firstName: string
    readonly lastName: string
    readonly affiliation: string
    readonly email?: string
    readonly role: string
    readonly team?: string
  }
  readonly expiresAt?: number
}

export interface ClaimOptions {
  readonly channel: DeliveryChannel
  readonly limit: number
  readonly leaseMs: number
  /** Only those of one course. */
  readonly course?: string
  /** Only those that a bot is to mail. */
  readonly byBot?: boolean
}

export async function claim(database: Database, session: Session, options: ClaimOptions): Promise<ClaimedDelivery[]> {
  await database.lock(session, 'credential-delivery')
  const token = newToken()
  const free = session
    .selectFrom('credential_delivery')
    .select('id')
    .where('channel', '=', options.channel)
    .where('sealed', 'is not', null)
    .where((row) =>
      row.or([
        row.and([row('state', '=', 'waiting'), row('available_at', '<=', database.now)]),
        row.and([row('state', '=', 'sending'), row('lease_until', '<=', database.now)]),
      ]),
    )
    .$if(options.course !== undefined, (query) => query.where('course', '=', options.course ?? ''))
    .$if(options.byBot === true, (query) => query.where('by_bot', '=', 1))
    .orderBy('created_at')
    .orderBy('id')
    .limit(options.limit)
  await session
    .updateTable('credential_delivery')
    .set({
      state: 'sending',
      tries: sql<number>`tries + 1`,
      lease_token: token,
      lease_until: sql<number>`${database.now} + ${options.leaseMs}`,
      updated_at: database.now,
    })
    .where('id', 'in', free)
    .execute()
  return claimed(session, token)
}

async function claimed(session: Session, token: string): Promise<ClaimedDelivery[]> {
  const rows = await session
    .selectFrom('credential_delivery as d')
    .innerJoin('account as a', 'a.id', 'd.account')
    .innerJoin('credential as c', 'c.access_key', 'd.access_key')
    .leftJoin('enrolment as e', (join) => join.onRef('e.account', '=', 'd.account').onRef('e.course', '=', 'd.course'))
    .selectAll('d')
    .select([
      'a.username',
      'a.first_name',
      'a.last_name',
      'a.affiliation',
      'a.email',
      'e.role',
      'e.team',
      'c.expires_at',
    ])
    .where('d.lease_token', '=', token)
    .where('d.state', '=', 'sending')
    .orderBy('d.created_at')
    .orderBy('d.id')
    .execute()
  return rows.map((row) => ({
    ...toDelivery(row),
    token,
    person: toPerson(row),
    ...optional('expiresAt', row.expires_at),
  }))
}

function toDelivery(row: Selectable<CredentialDeliveryTable>) {
  const { id, account, course, access_key, address, sealed, tries } = row
  const channel = deliveryChannels.find((known) => known === row.channel) ?? 'file'
  const byBot = row.by_bot === 1
  return { id, account, course, accessKey: access_key, channel, address, sealed: sealed ?? '', tries, byBot }
}

export interface PersonRow {
  username: string
  first_name: string
  last_name: string
  affiliation: string
  email: string | null
  role: string | null
  team: string | null
}

function toPerson(row: PersonRow): ClaimedDelivery['person'] {
  const { username, first_name: firstName, last_name: lastName, affiliation } = row
  const rest = { ...optional('email', row.email), ...optional('team', row.team) }
  return { username, firstName, lastName, affiliation, role: row.role ?? 'student', ...rest }
}

function optional<K extends string, V>(key: K, value: V | null): { [P in K]?: V } {
  const found: { [P in K]?: V } = {}
  if (value !== null) found[key] = value
  return found
}
