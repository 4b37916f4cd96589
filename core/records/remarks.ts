import type { Database } from './database.ts'
import { note } from './enrolment-audit.ts'
import { newRowId } from './row-id.ts'

/** What staff write down about a submission, for one another. */
export interface Remark {
  readonly submission: string
  readonly course: string
  /** An account's id. */
  readonly author: string
  readonly text: string
}

export interface Remarks {
  /** Adds it and its line in the audit trail. */
  write(remark: Remark): Promise<void>
  /** Oldest first. */
  ofSubmission(submission: string, limit: number): Promise<(Remark & { readonly at: number })[]>
}

export function createRemarks(database: Database): Remarks {
  return {
    write: (remark) =>
      database.write(async (session) => {
        const { submission, author } = remark
        await session
          .insertInto('remark')
          .values({ id: newRowId(), ...remark, created_at: database.now })
          .execute()
        await note(database, session, [{ actor: author, action: 'submission.note', subject: submission, detail: {} }])
      }),
    ofSubmission: (submission, limit) =>
      database.read(async (session) => {
        const query = session.selectFrom('remark').selectAll().where('submission', '=', submission)
        const rows = await query.orderBy('created_at').orderBy('id').limit(limit).execute()
        return rows.map(({ course, author, text, created_at }) => ({
          submission,
          course,
          author,
          text,
          at: created_at,
        }))
      }),
  }
}
