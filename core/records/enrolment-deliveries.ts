import { sql } from 'kysely'
import type { Database, Session } from './database.ts'
import { note } from './enrolment-audit.ts'
import {
  type ClaimedDelivery,
  type ClaimOptions,
  claim,
  type DeliveryChannel,
  type NewDelivery,
} from './enrolment-claims.ts'
import { createReveals, type Reveals } from './enrolment-reveals.ts'
import type { CredentialDeliveryState } from './enrolment-tables.ts'
import { changed } from './leasing.ts'

/** `accepted` and `failed` wipe the sealed secret. `later` gives the delivery back. */
export type DeliveryOutcome =
  | { readonly state: 'accepted'; readonly message: string }
  | { readonly state: 'failed'; readonly error: string }
  | { readonly state: 'later'; readonly error: string; readonly delayMs: number }

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
  waiting(
    channel: DeliveryChannel,
    options?: { readonly byBot?: boolean },
  ): Promise<{ readonly count: number; readonly nextMs: number }>
  readonly reveals: Reveals
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
    waiting: (channel, { byBot = false } = {}) =>
      database.read((session) => waiting(database, session, channel, byBot)),
    reveals: createReveals(database),
  }
}

export async function putDelivery(database: Database, session: Session, delivery: NewDelivery): Promise<void> {
  const { accessKey, byBot, ...row } = delivery
  const now = database.now
  await session
    .insertInto('credential_delivery')
    .values({
      ...row,
      access_key: accessKey,
      by_bot: byBot === true ? 1 : null,
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
    .where('state', 'in', ['waiting', 'sending', 'offered', 'blocked'])
    .execute()
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

async function waiting(database: Database, session: Session, channel: DeliveryChannel, byBot: boolean) {
  const next = sql<number>`min(case when state = 'waiting' then available_at else lease_until end) - ${database.now}`
  const row = await session
    .selectFrom('credential_delivery')
    .select([sql<number>`count(*)`.as('count'), next.as('nextMs')])
    .where('channel', '=', channel)
    .where('state', 'in', ['waiting', 'sending'])
    .$if(byBot, (query) => query.where('by_bot', '=', 1))
    .executeTakeFirstOrThrow()
  return { count: Number(row.count), nextMs: Math.max(0, Number(row.nextMs ?? 0)) }
}
