import { type Kysely, Migrator, type RawBuilder } from 'kysely'
import { migrations } from './migrations.ts'
import type { Tables } from './tables.ts'

/** A connection inside which a unit of work runs. */
export type Session = Kysely<Tables>

/**
 * One SQL database, whichever it is. `read` and `write` may be called concurrently; both reject with a
 * `ProviderError` when the database fails, and pass on whatever else the work throws.
 */
export interface Database {
  read<T>(work: (session: Session) => Promise<T>): Promise<T>
  /**
   * Runs `work` in one transaction that sees no half-done work of others. It may run more than once, so it must not
   * have effects outside the database.
   */
  write<T>(work: (session: Session) => Promise<T>): Promise<T>
  /** The database's clock, in milliseconds since the epoch. It moves within a transaction. */
  readonly now: RawBuilder<number>
  /** Makes writers that name the same thing take turns until their transaction ends. */
  lock(session: Session, name: string): Promise<void>
  /** A second call does nothing. */
  close(): Promise<void>
}

/** Brings the schema up to date. Safe when several processes start at once. */
export async function migrate(kysely: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({ db: kysely, provider: { getMigrations: async () => ({ ...migrations }) } })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) throw error
}
