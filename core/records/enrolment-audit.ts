import type { AuditEntry } from './audit.ts'
import type { Database, Session } from './database.ts'
import { newRowId } from './row-id.ts'

/** Adds to the audit trail inside of a transaction: what is told there happened, and what happened is told. */
export async function note(database: Database, session: Session, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return
  const rows = entries.map(({ detail, ...entry }) => ({
    id: newRowId(),
    ...entry,
    detail_json: JSON.stringify(detail),
    at: database.now,
  }))
  await session.insertInto('audit').values(rows).execute()
}
