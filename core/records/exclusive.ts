import { sql } from 'kysely'
import type { Database, Session } from './database.ts'
import { newToken } from './leasing.ts'

interface OnHost {
  readonly queue: string
  readonly host: string
  /** Queues whose runs have a host for themselves. */
  readonly exclusive: readonly string[]
}

export type HostState = 'free' | 'taken' | 'busy'

/**
 * Whether a run of this queue may start on this host now. `taken`: an exclusive run has it, or waits for it. `busy`:
 * ordinary runs are in the way of an exclusive one. Workers of one host take turns from here on.
 */
export async function hostState(database: Database, session: Session, on: OnHost): Promise<HostState> {
  const { queue, host, exclusive } = on
  if (exclusive.length === 0) return 'free'
  await database.lock(session, `host:${host}`)
  const running = await queuesRunning(session, host)
  if (running.some((other) => exclusive.includes(other))) return 'taken'
  if (exclusive.includes(queue)) return running.length > 0 ? 'busy' : 'free'
  return (await isReserved(database, session, host)) ? 'taken' : 'free'
}

async function queuesRunning(session: Session, host: string): Promise<string[]> {
  const rows = await session
    .selectFrom('attempt')
    .innerJoin('submission', (join) =>
      join.onRef('submission.id', '=', 'attempt.submission').onRef('submission.attempt', '=', 'attempt.number'),
    )
    .select('submission.queue')
    .where('attempt.host', '=', host)
    .where('attempt.ended_at', 'is', null)
    .where('submission.state', '=', 'running')
    .execute()
  return rows.map((row) => row.queue)
}

/** Renewed whenever the exclusive queue's worker looks again. */
const reserveMs = 60_000

function nameOf(host: string): string {
  return `exclusive:${host}`
}

async function isReserved(database: Database, session: Session, host: string): Promise<boolean> {
  const row = await session
    .selectFrom('lease')
    .select('name')
    .where('name', '=', nameOf(host))
    .where('until', '>', database.now)
    .executeTakeFirst()
  return row !== undefined
}

/** Lets nothing else start on a busy host, so that it gets free some day. */
export async function reserveHost(database: Database, session: Session, { host, queue }: OnHost): Promise<void> {
  const row = { owner: queue, token: newToken(), until: sql<number>`${database.now} + ${reserveMs}` }
  await session
    .insertInto('lease')
    .values({ name: nameOf(host), ...row })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
    .execute()
}

export async function endReservation(session: Session, { host, queue }: OnHost): Promise<void> {
  await session.deleteFrom('lease').where('name', '=', nameOf(host)).where('owner', '=', queue).execute()
}
