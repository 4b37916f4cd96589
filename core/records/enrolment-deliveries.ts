import { type Selectable, sql } from 'kysely'
import type { Database, Session } from './database.ts'
import { note } from './enrolment-audit.ts'
import type { CredentialDeliveryState, CredentialDeliveryTable } from './enrolment-tables.ts'
import { changed, newToken } from './leasing.ts'

/** How a secret key may travel. */
const deliveryChannels = ['mail', 'file', 'slack', 'discord'] as const
export type DeliveryChannel = (typeof deliveryChannels)[number]

export interface NewDelivery {
  readonly id: string
  readonly account: string
  readonly course: string
  readonly accessKey: string
  readonly channel: DeliveryChannel
  readonly address: string
  readonly sealed: string
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

/** `accepted` and `failed` wipe the sealed secret. `later` gives the delivery back. */
export type DeliveryOutcome =
  | { readonly state: 'accepted'; readonly message: string }
  | { readonly state: 'failed'; readonly error: string }
  | { readonly state: 'later'; readonly error: string; readonly delayMs: number }

interface ClaimOptions {
  readonly channel: DeliveryChannel
  readonly limit: number
  readonly leaseMs: number
  /** Only those of one course. */
  readonly course?: string
}

interface Bounce {
  readonly address: string
  /** The channel's id of the message. */
  readonly message: string
  readonly reason: string
}

/** Secrets on their way. Exactly one process at a time holds a delivery; after a crash it may be made once more. */
export interface CredentialDeliveries {
  claim(options: ClaimOptions): Promise<ClaimedDelivery[]>
  /** `false` when the lease was lost. */
  settle(delivery: Pick<ClaimedDelivery, 'id' | 'token'>, outcome: DeliveryOutcome): Promise<boolean>
  /** All at once, in one transaction. */
  settleAll(
    outcomes: readonly (Pick<ClaimedDelivery, 'id' | 'token'> & { readonly outcome: DeliveryOutcome })[],
  ): Promise<void>
  /** Marks what was accepted and came back. Returns how many were news. */
  bounced(bounces: readonly Bounce[]): Promise<number>
  /** How many are waiting for this channel, and in how many milliseconds the next one may be tried. */
  waiting(channel: DeliveryChannel): Promise<{ readonly count: number; readonly nextMs: number }>
}

export function createCredentialDeliveries(database: Database): CredentialDeliveries {
  return {
    claim: (options) => database.write((session) => claim(database, session, options)),
    settle: ({ id, token }, outcome) => database.write((session) => settle(database, session, { id, token, outcome })),
    settleAll: (all) =>
      database.write(async (session) => {
        for (const one of all) await settle(database, session, one)
      }),
    bounced: (bounces) =>
      database.write(async (session) => {
        let news = 0
        for (const bounce of bounces) if (await bounced(database, session, bounce)) news += 1
        return news
      }),
    waiting: (channel) => database.read((session) => waiting(database, session, channel)),
  }
}

export async function putDelivery(database: Database, session: Session, delivery: NewDelivery): Promise<void> {
  const { accessKey, ...row } = delivery
  const now = database.now
  await session
    .insertInto('credential_delivery')
    .values({
      ...row,
      access_key: accessKey,
      state: 'waiting',
      tries: 0,
      available_at: now,
      created_at: now,
      updated_at: now,
    })
    .execute()
}

/** What is still on its way will not arrive. */
export async function cancelDeliveries(database: Database, session: Session, account: string): Promise<void> {
  await session
    .updateTable('credential_delivery')
    .set({ state: 'cancelled', sealed: null, updated_at: database.now })
    .where('account', '=', account)
    .where('state', 'in', ['waiting', 'sending'])
    .execute()
}

async function claim(database: Database, session: Session, options: ClaimOptions): Promise<ClaimedDelivery[]> {
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
  return { id, account, course, accessKey: access_key, channel, address, sealed: sealed ?? '', tries }
}

interface PersonRow {
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

interface Settled {
  readonly id: string
  readonly token: string
  readonly outcome: DeliveryOutcome
}

async function settle(database: Database, session: Session, { id, token, outcome }: Settled): Promise<boolean> {
  const row = await session
    .updateTable('credential_delivery')
    .set({ ...columnsOf(database, outcome), lease_token: null, lease_until: null, updated_at: database.now })
    .where('id', '=', id)
    .where('lease_token', '=', token)
    .where('state', '=', 'sending')
    .returning(['account', 'channel', 'access_key'])
    .executeTakeFirst()
  if (row === undefined) return false
  if (outcome.state === 'later') return true
  const detail = { channel: row.channel, accessKey: row.access_key }
  const action = outcome.state === 'accepted' ? 'credential.deliver' : 'credential.undelivered'
  await note(database, session, [{ actor: 'system', action, subject: row.account, detail }])
  return true
}

const longestError = 500

function columnsOf(database: Database, outcome: DeliveryOutcome) {
  switch (outcome.state) {
    case 'accepted':
      return { state: 'accepted' as const, sealed: null, message: outcome.message, error: null }
    case 'failed':
      return { state: 'failed' as const, sealed: null, error: outcome.error.slice(0, longestError) }
    case 'later':
      return {
        state: 'waiting' as const,
        error: outcome.error.slice(0, longestError),
        available_at: sql<number>`${database.now} + ${outcome.delayMs}`,
      }
  }
}

function bounced(database: Database, session: Session, { address, message, reason }: Bounce): Promise<boolean> {
  const state: CredentialDeliveryState = 'bounced'
  return changed(
    session
      .updateTable('credential_delivery')
      .set({ state, error: reason.slice(0, longestError), updated_at: database.now })
      .where('channel', '=', 'mail')
      .where('state', '=', 'accepted')
      .where('message', '=', message)
      .where(sql`lower(address)`, '=', address.toLowerCase()),
  )
}

async function waiting(database: Database, session: Session, channel: DeliveryChannel) {
  const next = sql<number>`min(case when state = 'waiting' then available_at else lease_until end) - ${database.now}`
  const row = await session
    .selectFrom('credential_delivery')
    .select([sql<number>`count(*)`.as('count'), next.as('nextMs')])
    .where('channel', '=', channel)
    .where('state', 'in', ['waiting', 'sending'])
    .executeTakeFirstOrThrow()
  return { count: Number(row.count), nextMs: Math.max(0, Number(row.nextMs ?? 0)) }
}
