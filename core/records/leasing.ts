import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Database, Session } from './database.ts'

/** Proof that a piece of work is ours to go on with. Whatever commits with it commits only while it holds. */
export interface WorkLease {
  readonly submission: string
  /** 0 while staging. */
  readonly attempt: number
  readonly token: string
}

export function newToken(): string {
  return randomBytes(16).toString('hex')
}

export const noLease = { lease_owner: null, lease_token: null, lease_until: null } as const

/** The columns of a fresh lease. */
export function leaseFor(database: Database, owner: string, leaseMs: number) {
  return { lease_owner: owner, lease_token: newToken(), lease_until: sql<number>`${database.now} + ${leaseMs}` }
}

/** The submission, as an update, only while the lease stands: same attempt, same token, not finished, not run out. */
export function whereLeased(database: Database, session: Session, lease: WorkLease) {
  return session
    .updateTable('submission')
    .where('id', '=', lease.submission)
    .where('attempt', '=', lease.attempt)
    .where('lease_token', '=', lease.token)
    .where('state', 'in', ['staging', 'running'])
    .where('lease_until', '>', database.now)
}

/** Whether an update found its row. */
export async function changed(update: { executeTakeFirst(): Promise<{ numUpdatedRows: bigint }> }): Promise<boolean> {
  const { numUpdatedRows } = await update.executeTakeFirst()
  return numUpdatedRows === 1n
}
