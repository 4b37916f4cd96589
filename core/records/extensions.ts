import { newSubmissionId } from '../vocabulary.ts'
import type { Database, Session } from './database.ts'
import { note } from './enrolment-audit.ts'

/** One person, by their account's id, or one team. */
export type ExtendedParty = { readonly account: string } | { readonly team: string }

export interface NewExtension {
  readonly course: string
  readonly assignment: string
  readonly party: ExtendedParty
  /** The deadline for them from now on, in milliseconds since the epoch. */
  readonly untilAt: number
  readonly reason: string
  /** The account of the member of staff. */
  readonly by: string
}

export interface Extension extends NewExtension {
  readonly createdAt: number
}

/** Adds it and its line in the audit trail. */
export async function putExtension(database: Database, session: Session, extension: NewExtension): Promise<void> {
  const { course, assignment, party, untilAt, by } = extension
  const reason = extension.reason.slice(0, 500)
  const { account = null, team = null } = { account: undefined, team: undefined, ...party }
  await session
    .insertInto('extension')
    .values({
      ...{ id: newSubmissionId(), course, assignment, account, team, reason, actor: by },
      until_at: untilAt,
      created_at: database.now,
    })
    .execute()
  const detail = { course, assignment, untilAt, reason, ...party }
  await note(database, session, [
    { actor: by, action: 'deadline.extend', subject: account ?? `${course}/${team}`, detail },
  ])
}

interface Party {
  readonly course: string
  readonly assignment: string
  readonly account: string
  readonly team?: string
}

/** The newest word counts for each of the person and the team; of the two, the later one. */
export async function extendedTo(
  session: Session,
  { course, assignment, account, team }: Party,
): Promise<number | undefined> {
  const rows = await session
    .selectFrom('extension')
    .select(['account', 'until_at'])
    .where('course', '=', course)
    .where('assignment', '=', assignment)
    .where((row) =>
      team === undefined
        ? row('account', '=', account)
        : row.or([row('account', '=', account), row('team', '=', team)]),
    )
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1000)
    .execute()
  const own = rows.find((row) => row.account !== null)
  const teams = rows.find((row) => row.account === null)
  const until = Math.max(own?.until_at ?? 0, teams?.until_at ?? 0)
  return until === 0 ? undefined : until
}

export async function listExtensions(session: Session, course: string): Promise<Extension[]> {
  const rows = await session
    .selectFrom('extension')
    .selectAll()
    .where('course', '=', course)
    .orderBy('created_at', 'desc')
    .limit(1000)
    .execute()
  return rows.map(({ assignment, account, team, until_at, reason, actor, created_at }) => ({
    ...{ course, assignment, reason },
    party: account === null ? { team: team ?? '' } : { account },
    untilAt: until_at,
    by: actor,
    createdAt: created_at,
  }))
}
