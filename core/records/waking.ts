import { type RawBuilder, sql } from 'kysely'
import { isQueued } from './conditions.ts'
import type { Database, Session } from './database.ts'

export interface Unwoken {
  readonly id: string
  readonly queue: string
}

export async function takeUnwoken(
  database: Database,
  session: Session,
  { olderThanMs, limit }: { olderThanMs: number; limit: number },
): Promise<Unwoken[]> {
  await database.lock(session, 'take-unwoken')
  const rows = await session
    .selectFrom('submission')
    .select(['id', 'queue'])
    .where(isQueued)
    .where('available_at', '<=', database.now)
    // A query of its own for the time: PostgreSQL searches no index by a clock that moves from row to row.
    .where(sql<boolean>`coalesce(woken_at, 0) < (select ${database.now} - ${olderThanMs})`)
    // In no order: those whose message cannot be sent must not stand before all others each time.
    .orderBy(sql`random()`)
    .limit(limit)
    .execute()
  await markWoken(
    session,
    rows.map((row) => row.id),
    database.now,
  )
  return rows
}

export async function markWoken(
  session: Session,
  ids: readonly string[],
  at: RawBuilder<number> | null,
): Promise<void> {
  if (ids.length === 0) return
  await session
    .updateTable('submission')
    .set({ woken_at: at })
    .where('id', 'in', ids)
    .where('state', '=', 'queued')
    .execute()
}
