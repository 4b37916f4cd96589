import type { Database, Session } from './database.ts'
import { note } from './enrolment-audit.ts'
import { endAccess } from './enrolment-credentials.ts'

interface Removal {
  readonly course: string
  readonly account: string
  readonly actor: string
}

/** Answers whether they were in the course. */
export async function removeOne(
  database: Database,
  session: Session,
  { course, account, actor }: Removal,
): Promise<boolean> {
  const { numUpdatedRows } = await session
    .updateTable('enrolment')
    .set({ removed_at: database.now, updated_at: database.now })
    .where('course', '=', course)
    .where('account', '=', account)
    .where('removed_at', 'is', null)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return false
  await session.deleteFrom('membership').where('course', '=', course).where('account', '=', account).execute()
  const elsewhere = await session
    .selectFrom('membership')
    .select('course')
    .where('account', '=', account)
    .limit(1)
    .execute()
  if (elsewhere.length === 0) await endAccess(database, session, account)
  const detail = { course, signedOut: elsewhere.length === 0 }
  await note(database, session, [{ actor, action: 'enrolment.remove', subject: account, detail }])
  return true
}

export async function close(database: Database, session: Session, account: string, actor: string): Promise<void> {
  const now = database.now
  await session
    .updateTable('enrolment')
    .set({ removed_at: now, updated_at: now })
    .where('account', '=', account)
    .where('removed_at', 'is', null)
    .execute()
  await session.deleteFrom('membership').where('account', '=', account).execute()
  await session.updateTable('account').set({ disabled_at: now }).where('id', '=', account).execute()
  const credentials = await endAccess(database, session, account)
  await note(database, session, [{ actor, action: 'account.close', subject: account, detail: { credentials } }])
}
