import { sql } from 'kysely'
import type { Database, Session } from './database.ts'
import { changed, newToken } from './leasing.ts'

/** A right that one process has at a time: to render a workspace, to sweep. */
export interface NamedLease {
  readonly name: string
  readonly token: string
}

/**
 * Named leases on the database's clock. A holder must stop by its own monotonic clock before `leaseMs` is over, unless
 * a renewal succeeded.
 */
export interface Leases {
  /** The lease, when nobody else holds it now. */
  take(name: string, owner: string, leaseMs: number): Promise<NamedLease | undefined>
  renew(lease: NamedLease, leaseMs: number): Promise<boolean>
  /** Lets another process have it at once. Does nothing when it is no longer ours. */
  release(lease: NamedLease): Promise<void>
}

export function createLeases(database: Database): Leases {
  return {
    take: (name, owner, leaseMs) => database.write((session) => take(database, session, name, owner, leaseMs)),
    renew: (lease, leaseMs) =>
      database.write((session) =>
        changed(
          session
            .updateTable('lease')
            .set({ until: sql<number>`${database.now} + ${leaseMs}` })
            .where('name', '=', lease.name)
            .where('token', '=', lease.token)
            .where('until', '>', database.now),
        ),
      ),
    release: (lease) =>
      database.write(async (session) => {
        await session.deleteFrom('lease').where('name', '=', lease.name).where('token', '=', lease.token).execute()
      }),
  }
}

async function take(
  database: Database,
  session: Session,
  name: string,
  owner: string,
  leaseMs: number,
): Promise<NamedLease | undefined> {
  await database.lock(session, `lease:${name}`)
  const token = newToken()
  const row = { owner, token, until: sql<number>`${database.now} + ${leaseMs}` }
  const taken = await session
    .insertInto('lease')
    .values({ name, ...row })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(row).where('lease.until', '<=', database.now))
    .returning('token')
    .executeTakeFirst()
  return taken?.token === token ? { name, token } : undefined
}
