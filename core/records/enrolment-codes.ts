import { sql } from 'kysely'
import type { Database, Session } from './database.ts'
import { note } from './enrolment-audit.ts'
import { countGuess, sourceRule, waitForGuess } from './enrolment-guesses.ts'

export interface NewCode {
  /** HMAC of the code; nobody can make the code from it. */
  readonly hash: string
  readonly account: string
  readonly course: string
}

interface RedeemOptions {
  readonly hash: string
  /** Who types it: `slack:T1:U5`. */
  readonly source: string
}

type Redeemed =
  | { readonly kind: 'right'; readonly account: string; readonly course: string }
  | { readonly kind: 'used' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'wrong' }
  /** Not even looked at: too many wrong ones came before. */
  | { readonly kind: 'too-many'; readonly waitMs: number }

/** Codes by which somebody says once, in a chat that knows nothing of them, who they are. */
export interface EnrolmentCodes {
  /** Keeps these; earlier ones of the same people end. */
  put(codes: readonly NewCode[], options: { readonly lifetimeMs: number; readonly actor: string }): Promise<void>
  /** Accounts of the course whose keys wait for a chat; unless `again`, only those without a code that still works. */
  waiting(course: string, options: { readonly again: boolean }): Promise<string[]>
  /** Judges one try and counts it. Of two tries at once with the same code, one is right. */
  redeem(options: RedeemOptions): Promise<Redeemed>
}

export function createEnrolmentCodes(database: Database): EnrolmentCodes {
  return {
    put: (codes, options) =>
      database.write(async (session) => {
        for (const code of codes) await put(database, session, code, options)
      }),
    waiting: (course, options) => database.read((session) => waiting(database, session, course, options)),
    redeem: (options) => database.write((session) => redeem(database, session, options)),
  }
}

async function put(
  database: Database,
  session: Session,
  { hash, account, course }: NewCode,
  { lifetimeMs, actor }: { readonly lifetimeMs: number; readonly actor: string },
): Promise<void> {
  await session.deleteFrom('enrolment_code').where('account', '=', account).where('used_at', 'is', null).execute()
  const expires_at = sql<number>`${database.now} + ${lifetimeMs}`
  await session
    .insertInto('enrolment_code')
    .values({ hash, account, course, created_at: database.now, expires_at })
    .execute()
  await note(database, session, [{ actor, action: 'enrolment.code', subject: account, detail: { course } }])
}

async function waiting(
  database: Database,
  session: Session,
  course: string,
  { again }: { readonly again: boolean },
): Promise<string[]> {
  const coded = session
    .selectFrom('enrolment_code')
    .select('account')
    .where('used_at', 'is', null)
    .where('expires_at', '>', database.now)
  const rows = await session
    .selectFrom('credential_delivery')
    .select('account')
    .distinct()
    .where('course', '=', course)
    .where('channel', '=', 'chat')
    .where('state', '=', 'waiting')
    .$if(!again, (query) => query.where('account', 'not in', coded))
    .execute()
  return rows.map(({ account }) => account)
}

async function redeem(database: Database, session: Session, { hash, source }: RedeemOptions): Promise<Redeemed> {
  const name = `source:${source.slice(0, 200)}`
  await database.lock(session, `guess:${name}`)
  const waitMs = await waitForGuess(database, session, [name])
  if (waitMs > 0) return { kind: 'too-many', waitMs }
  const row = await session
    .selectFrom('enrolment_code as c')
    .innerJoin('account as a', 'a.id', 'c.account')
    .innerJoin('enrolment as e', (join) =>
      join.onRef('e.account', '=', 'c.account').onRef('e.course', '=', 'c.course').on('e.removed_at', 'is', null),
    )
    .select(['c.account', 'c.course', 'c.used_at', 'a.disabled_at'])
    .select(sql<number>`case when c.expires_at <= ${database.now} then 1 else 0 end`.as('over'))
    .where('c.hash', '=', hash)
    .executeTakeFirst()
  if (row === undefined || row.disabled_at !== null) {
    await countGuess(database, session, name, sourceRule)
    return { kind: 'wrong' }
  }
  if (row.used_at !== null) return { kind: 'used' }
  if (row.over === 1) return { kind: 'expired' }
  const { numUpdatedRows } = await session
    .updateTable('enrolment_code')
    .set({ used_at: database.now, used_by: source })
    .where('hash', '=', hash)
    .where('used_at', 'is', null)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return { kind: 'used' }
  const { account, course } = row
  const detail = { course, by: source }
  await note(database, session, [{ actor: account, action: 'enrolment.code-used', subject: account, detail }])
  return { kind: 'right', account, course }
}
