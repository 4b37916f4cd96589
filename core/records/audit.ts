import type { Database } from './database.ts'
import { note } from './enrolment-audit.ts'

/** Something somebody did that others may ask about later. Rows are only ever added. */
export interface AuditEntry {
  /** An account's id, or `system`. */
  readonly actor: string
  /** Dotted verb: `submission.cancel`. */
  readonly action: string
  /** What it was done to: an id. */
  readonly subject: string
  /** Never a secret. */
  readonly detail: Readonly<Record<string, string | number | boolean>>
}

export interface Audit {
  write(entry: AuditEntry): Promise<void>
  ofSubject(subject: string, limit: number): Promise<(AuditEntry & { readonly at: number })[]>
}

export function createAudit(database: Database): Audit {
  return {
    write: (entry) => database.write((session) => note(database, session, [entry])),
    ofSubject: (subject, limit) =>
      database.read(async (session) => {
        const rows = await session
          .selectFrom('audit')
          .selectAll()
          .where('subject', '=', subject)
          .orderBy('at')
          .orderBy('id')
          .limit(limit)
          .execute()
        return rows.map(({ actor, action, at, detail_json }) => ({
          actor,
          action,
          subject,
          at,
          detail: JSON.parse(detail_json),
        }))
      }),
  }
}
