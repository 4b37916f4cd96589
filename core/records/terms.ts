import type { Database, Session } from './database.ts'
import { note } from './enrolment-audit.ts'
import { closeTeams, reopenTeams } from './team-rows.ts'

export interface ArchivedTerm {
  readonly course: string
  /** Milliseconds since the epoch. */
  readonly at: number
  /** An account's id. */
  readonly by: string
}

/** Whose term is over. Every change is one transaction, and audited. */
export interface Terms {
  /**
   * From now on the course takes nothing more, and its teams are closed: a name that is used again is another team. A
   * second call changes nothing.
   */
  archive(course: string, by: string): Promise<void>
  /** Undoes it, teams included. */
  reopen(course: string, by: string): Promise<void>
  archived(course: string): Promise<ArchivedTerm | undefined>
}

export function createTerms(database: Database): Terms {
  return {
    archive: (course, by) =>
      database.write(async (session) => {
        await database.lock(session, `teams:${course}`)
        const { numInsertedOrUpdatedRows = 0n } = await session
          .insertInto('term')
          .values({ course, archived_at: database.now, archived_by: by })
          .onConflict((conflict) => conflict.column('course').doNothing())
          .executeTakeFirst()
        if (numInsertedOrUpdatedRows === 0n) return
        const teams = await closeTeams(database, session, course)
        await note(database, session, [{ actor: by, action: 'course.archive', subject: course, detail: { teams } }])
      }),
    reopen: (course, by) =>
      database.write(async (session) => {
        await database.lock(session, `teams:${course}`)
        const term = await archivedTerm(session, course)
        if (term === undefined) return
        await session.deleteFrom('term').where('course', '=', course).execute()
        const teams = await reopenTeams(session, course, term.at)
        await note(database, session, [{ actor: by, action: 'course.reopen', subject: course, detail: { teams } }])
      }),
    archived: (course) => database.read((session) => archivedTerm(session, course)),
  }
}

export async function archivedTerm(session: Session, course: string): Promise<ArchivedTerm | undefined> {
  const row = await session.selectFrom('term').selectAll().where('course', '=', course).executeTakeFirst()
  return row === undefined ? undefined : { course, at: row.archived_at, by: row.archived_by }
}
