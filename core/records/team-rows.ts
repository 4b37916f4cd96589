import type { Selectable } from 'kysely'
import { newSubmissionId } from '../vocabulary.ts'
import type { Database, Session } from './database.ts'
import { standingSchema } from './json.ts'
import type { TeamTable } from './tables.ts'

export type TeamRow = Selectable<TeamTable>

/** A team's name as people know it. */
export function teamTitle(key: string): string {
  return key.replace(/~\d+$/, '')
}

/**
 * What memberships call the team of that name from now on, made where there is none. A name whose team was closed, or
 * whose people have all gone, is a new team: it must not see what the old one has submitted.
 */
export async function putTeam(database: Database, session: Session, course: string, name: string): Promise<string> {
  const open = await openRow(database, session, course, name)
  if (open !== undefined) return open.name
  const earlier = await rowsNamed(session, course, name)
  const key = earlier.length === 0 ? name : `${name}~${earlier.length + 1}`
  await session
    .insertInto('team')
    .values({ id: newSubmissionId(), course, name: key, created_at: database.now })
    .execute()
  return key
}

/** The team of that name that there is now. */
export async function openRow(
  database: Database,
  session: Session,
  course: string,
  name: string,
): Promise<TeamRow | undefined> {
  const open = (await rowsNamed(session, course, name)).find((row) => row.closed_at === null)
  return open === undefined || (await closeIfLeft(database, session, open)) ? undefined : open
}

function titleKey(key: string): string {
  return teamTitle(key).toLowerCase()
}

/** Names are kept apart by case as the roster writes them, but nobody tells `Alpha` and `alpha` apart. */
async function rowsNamed(session: Session, course: string, name: string): Promise<TeamRow[]> {
  const rows = await session
    .selectFrom('team')
    .selectAll()
    .where('course', '=', course)
    .orderBy('created_at')
    .limit(10_000)
    .execute()
  return rows.filter((row) => titleKey(row.name) === name.toLowerCase())
}

/** The key of the team that somebody means by a name, or by a key. */
export async function keyOf(session: Session, course: string, name: string): Promise<string | undefined> {
  const rows = await rowsNamed(session, course, teamTitle(name))
  const meant = rows.find((row) => row.name !== teamTitle(row.name) && row.name.toLowerCase() === name.toLowerCase())
  return (meant ?? rows.find((row) => row.closed_at === null) ?? rows.at(-1))?.name
}

/** Closes all that are open. Returns how many. */
export async function closeTeams(database: Database, session: Session, course: string): Promise<number> {
  const { numUpdatedRows } = await session
    .updateTable('team')
    .set({ closed_at: database.now })
    .where('course', '=', course)
    .where('closed_at', 'is', null)
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

/** Opens those that were closed from then on, and whose names are not used anew. Returns how many. */
export async function reopenTeams(session: Session, course: string, closedFrom: number): Promise<number> {
  const rows = await session.selectFrom('team').selectAll().where('course', '=', course).limit(10_000).execute()
  const used = new Set(rows.flatMap((row) => (row.closed_at === null ? titleKey(row.name) : [])))
  const closed = rows.filter(({ closed_at, name }) => (closed_at ?? 0) >= closedFrom && !used.has(titleKey(name)))
  for (const { id } of closed) await session.updateTable('team').set({ closed_at: null }).where('id', '=', id).execute()
  return closed.length
}

/** Closes a team that has nobody in it any more, and has submitted something. */
export async function closeIfLeft(database: Database, session: Session, row: TeamRow): Promise<boolean> {
  if ((await membersOf(database, session, row)).length > 0) return false
  const used = await session
    .selectFrom('submission')
    .select('id')
    .where('course', '=', row.course)
    .where('team', '=', row.name)
    .limit(1)
    .executeTakeFirst()
  if (used === undefined && row.code === null) return false
  await session.updateTable('team').set({ closed_at: database.now }).where('id', '=', row.id).execute()
  return true
}

export async function membersOf(database: Database, session: Session, { course, name }: TeamRow) {
  return session
    .selectFrom('membership')
    .innerJoin('account', 'account.id', 'membership.account')
    .select(['account.id', 'account.username'])
    .where('membership.course', '=', course)
    .where('membership.team', '=', name)
    .where((row) => row.or([row('membership.expires_at', 'is', null), row('membership.expires_at', '>', database.now)]))
    .orderBy('account.username')
    .limit(1000)
    .execute()
}

/** The person's membership in the course, as far as it counts now. */
export async function isMember(
  database: Database,
  session: Session,
  { course, account }: { readonly course: string; readonly account: string },
) {
  return session
    .selectFrom('membership')
    .select('team')
    .where('course', '=', course)
    .where('account', '=', account)
    .where((row) => row.or([row('expires_at', 'is', null), row('expires_at', '>', database.now)]))
    .executeTakeFirst()
}

/** Whether the team has handed in something that counts. */
export async function hasCounted(session: Session, { course, name }: TeamRow): Promise<boolean> {
  const rows = await session
    .selectFrom('submission')
    .select('standing_json')
    .where('course', '=', course)
    .where('team', '=', name)
    .where('standing_json', 'is not', null)
    .where((row) => row.or([row('verdict', 'is', null), row('verdict', 'not in', ['refused', 'system-error'])]))
    .limit(5000)
    .execute()
  return rows.some(({ standing_json }) => standingSchema.parse(JSON.parse(standing_json ?? '{}')).counts)
}
