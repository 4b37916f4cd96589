import { type ExpressionBuilder, sql } from 'kysely'
import type { Database, Session } from './database.ts'
import { note } from './enrolment-audit.ts'
import { createDirectMessages, type DirectMessages } from './enrolment-direct.ts'
import { changed } from './leasing.ts'
import type { Identity } from './people.ts'
import type { Tables } from './tables.ts'

/** Somebody in a chat, and whom they are signed in as there. */
export interface Viewer {
  readonly identity: Identity
  readonly account?: string
}

/** Keys that somebody may have shown, once. */
export interface Offer {
  readonly id: string
  readonly account: string
  readonly course: string
}

export type Revealed =
  | {
      readonly kind: 'revealed'
      readonly secretKey: string
      readonly accessKey: string
      readonly account: string
      readonly course: string
      readonly expiresAt?: number
    }
  /** There is nothing (any more) to show. `revealed` at that time. */
  | { readonly kind: 'gone'; readonly state: string; readonly revealedAt?: number }
  /** They are somebody else's, or there is no such delivery. */
  | { readonly kind: 'not-theirs' }

interface RevealOptions extends Viewer {
  readonly id: string
  /** Opens the sealed secret; `undefined` when it was sealed with another app secret. */
  readonly open: (sealed: string) => string | undefined
}

/** Secrets that their owner makes appear. */
export interface Reveals extends DirectMessages {
  /** What waits for this person, oldest first: what no direct message could bring, and what waits for a chat. */
  waitingFor(viewer: Viewer): Promise<Offer[]>
  /** Gives the secret to its owner and wipes it, in one transaction: of two presses one gets it. */
  reveal(options: RevealOptions): Promise<Revealed>
}

export function createReveals(database: Database): Reveals {
  return {
    ...createDirectMessages(database),
    waitingFor: (viewer) => database.read((session) => waitingFor(session, viewer)),
    reveal: (options) => database.write((session) => reveal(database, session, options)),
  }
}

const mostOffers = 10

type Row = ExpressionBuilder<Tables, 'credential_delivery'>

/** The message went to this very user, or the viewer is signed in as the keys' owner. */
function isTheirs(row: Row, { identity, account }: Viewer) {
  const addressed = row.and([
    row('channel', '=', identity.platform),
    row('workspace', '=', identity.workspace),
    row('chat_user', '=', identity.user),
  ])
  return account === undefined ? addressed : row.or([addressed, row('account', '=', account)])
}

async function waitingFor(session: Session, viewer: Viewer): Promise<Offer[]> {
  return session
    .selectFrom('credential_delivery')
    .select(['id', 'account', 'course'])
    .where('sealed', 'is not', null)
    .where((row) => isTheirs(row, viewer))
    .where((row) =>
      row.or([row('state', '=', 'blocked'), row.and([row('state', '=', 'waiting'), row('channel', '=', 'chat')])]),
    )
    .orderBy('created_at')
    .limit(mostOffers)
    .execute()
}

async function reveal(database: Database, session: Session, { id, open, ...viewer }: RevealOptions): Promise<Revealed> {
  await database.lock(session, `reveal:${id}`)
  const row = await session
    .selectFrom('credential_delivery as d')
    .innerJoin('credential as c', 'c.access_key', 'd.access_key')
    .selectAll('d')
    .select(['c.expires_at', 'c.revoked_at'])
    .select(sql<number>`case when c.expires_at <= ${database.now} then 1 else 0 end`.as('over'))
    .where('d.id', '=', id)
    .executeTakeFirst()
  const theirs = await session
    .selectFrom('credential_delivery')
    .select('id')
    .where('id', '=', id)
    .where((of) => isTheirs(of, viewer))
    .executeTakeFirst()
  if (row === undefined || theirs === undefined) return { kind: 'not-theirs' }
  const { state, sealed, account, course, access_key: accessKey } = row
  const gone = (why: string): Revealed => ({ kind: 'gone', state: why, ...when(row.revealed_at) })
  // One whose message is just going out can be pressed; mail and files that are going out are not to be had here.
  const goesOut = state === 'sending' && row.chat_user !== null && row.channel === viewer.identity.platform
  const shows = goesOut || state === 'offered' || state === 'blocked' || (state === 'waiting' && row.channel === 'chat')
  if (!shows || sealed === null) return gone(state)
  if (row.revoked_at !== null || row.over === 1) return gone('expired')
  const secretKey = open(sealed)
  const outcome =
    secretKey === undefined
      ? { state: 'failed' as const, error: 'the app secret changed since these keys were issued; send new ones' }
      : { state: 'accepted' as const, error: null, revealed_at: database.now }
  const won = await changed(
    session
      .updateTable('credential_delivery')
      .set({ ...outcome, sealed: null, updated_at: database.now })
      .where('id', '=', id)
      .where('state', '=', state)
      .where('sealed', 'is not', null),
  )
  if (!won) return gone('accepted')
  const { platform, workspace, user } = viewer.identity
  const detail = { accessKey, course, by: `${platform}:${workspace}:${user}` }
  const action = secretKey === undefined ? 'credential.undelivered' : 'credential.reveal'
  await note(database, session, [{ actor: account, action, subject: account, detail }])
  if (secretKey === undefined) return gone('failed')
  const expiry = row.expires_at === null ? {} : { expiresAt: row.expires_at }
  return { kind: 'revealed', secretKey, accessKey, account, course, ...expiry }
}

function when(at: number | null): { readonly revealedAt?: number } {
  return at === null ? {} : { revealedAt: at }
}
