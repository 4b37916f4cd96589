import { type Selectable, sql } from 'kysely'
import type { Database, Session } from './database.ts'
import { type Credential, toCredential } from './enrolment-credentials.ts'
import type { CredentialTable } from './tables.ts'

type Judgement =
  | { readonly kind: 'right'; readonly credential: Credential; readonly disabled: boolean; readonly expired: boolean }
  | { readonly kind: 'wrong' }
  /** Not even looked at: too many wrong ones came before. */
  | { readonly kind: 'too-many'; readonly waitMs: number }

interface GuessOptions {
  readonly accessKey: string
  /** Who asks: `slack:T1:U5`. */
  readonly source: string
  /** Whether this is the secret of that hash; called with a hash that fits nothing where there is no such key. */
  readonly matches: (secretHash: string) => boolean
}

export interface Guesses {
  /** Judges one try and counts it, so that tries at the same time do not slip past each other. */
  judge(options: GuessOptions): Promise<Judgement>
}

/** Tries without delay, and the longest delay, in milliseconds. A key's owner must not be locked out by others. */
export const sourceRule = { free: 5, longestMs: 15 * 60_000 }
const keyRule = { free: 10, longestMs: 60_000 }
const forgetMs = 24 * 3_600_000
const nobody = '0'.repeat(64)

export function createGuesses(database: Database): Guesses {
  return { judge: (options) => database.write((session) => judge(database, session, options)) }
}

async function judge(database: Database, session: Session, options: GuessOptions): Promise<Judgement> {
  const source = `source:${options.source.slice(0, 200)}`
  const key = `key:${options.accessKey.slice(0, 200)}`
  // Always in this order, or two of them would wait for each other.
  await database.lock(session, `guess:${source}`)
  await database.lock(session, `guess:${key}`)
  const waitMs = await waitForGuess(database, session, [source, key])
  if (waitMs > 0) return { kind: 'too-many', waitMs }
  const row = await find(database, session, options.accessKey)
  const matches = options.matches(row?.secret_hash ?? nobody)
  if (row === undefined || !matches) {
    await countGuess(database, session, source, sourceRule)
    // Keys that do not exist are not kept: whoever makes them up must not fill the table.
    if (row !== undefined) await countGuess(database, session, key, keyRule)
    return { kind: 'wrong' }
  }
  await session.deleteFrom('guess').where('name', '=', key).execute()
  if (row.revoked_at !== null) return { kind: 'wrong' }
  return {
    kind: 'right',
    credential: toCredential(row),
    disabled: row.disabled_at !== null,
    expired: row.expired === 1,
  }
}

type Found = Selectable<CredentialTable> & { readonly disabled_at: number | null; readonly expired: number }

function find(database: Database, session: Session, accessKey: string): Promise<Found | undefined> {
  return session
    .selectFrom('credential as c')
    .innerJoin('account as a', 'a.id', 'c.account')
    .selectAll('c')
    .select(['a.disabled_at', sql<number>`case when c.expires_at <= ${database.now} then 1 else 0 end`.as('expired')])
    .where('c.access_key', '=', accessKey)
    .executeTakeFirst()
}

export async function waitForGuess(database: Database, session: Session, names: readonly string[]): Promise<number> {
  const row = await session
    .selectFrom('guess')
    .select(sql<number | null>`max(next_at) - ${database.now}`.as('waitMs'))
    .where('name', 'in', names)
    .executeTakeFirst()
  return Math.max(0, Number(row?.waitMs ?? 0))
}

interface Rule {
  readonly free: number
  readonly longestMs: number
}

/** Each wrong one after the free ones doubles the wait. */
export async function countGuess(
  database: Database,
  session: Session,
  name: string,
  { free, longestMs }: Rule,
): Promise<void> {
  await session.deleteFrom('guess').where('updated_at', '<', sql<number>`${database.now} - ${forgetMs}`).execute()
  const { failures } = await session
    .insertInto('guess')
    .values({ name, failures: 1, next_at: 0, updated_at: database.now })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({ failures: sql<number>`guess.failures + 1`, updated_at: database.now }),
    )
    .returning('failures')
    .executeTakeFirstOrThrow()
  if (failures < free) return
  const delayMs = Math.min(1000 * 2 ** Math.min(failures - free, 30), longestMs)
  await session
    .updateTable('guess')
    .set({ next_at: sql<number>`${database.now} + ${delayMs}` })
    .where('name', '=', name)
    .execute()
}
