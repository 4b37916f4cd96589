import type { Database, Session } from './database.ts'
import { note } from './enrolment-audit.ts'

export interface ArchivedTerm {
  readonly course: string
  /** Milliseconds since the epoch. */
  readonly at: number
  /** An account's id. */
  readonly by: string
}

/** Whose term is over. Every change is one transaction, and audited. */
export interface Terms {
  /** From now on the course takes nothing more. A second call changes nothing. */
  archive(course: string, by: string): Promise<void>
  reopen(course: string, by: string): Promise<void>
  archived(course: string): Promise<ArchivedTerm | undefined>
}

export function createTerms(database: Database): Terms {
  return {
    archive: (course, by) =>
      database.write(async (session) => {
        await session
          .insertInto('term')
          .values({ course, archived_at: database.now, archived_by: by })
          .onConflict((conflict) => conflict.column('course').doNothing())
          .execute()
        await note(database, session, [{ actor: by, action: 'course.archive', subject: course, detail: {} }])
      }),
    reopen: (course, by) =>
      database.write(async (session) => {
        await session.deleteFrom('term').where('course', '=', course).execute()
        await note(database, session, [{ actor: by, action: 'course.reopen', subject: course, detail: {} }])
      }),
    archived: (course) => database.read((session) => archivedTerm(session, course)),
  }
}

async function archivedTerm(session: Session, course: string): Promise<ArchivedTerm | undefined> {
  const row = await session.selectFrom('term').selectAll().where('course', '=', course).executeTakeFirst()
  return row === undefined ? undefined : { course, at: row.archived_at, by: row.archived_by }
}
