import { sql } from 'kysely'
import { z } from 'zod'
import type { Capabilities } from '../schedule/eligible.ts'
import type { Database, Session } from './database.ts'

/** A worker process, as it says of itself. */
export interface Announcement {
  /** `<host>/<pid>/<random>` */
  readonly worker: string
  readonly host: string
  readonly queues: readonly string[]
  /** Runs at a time. */
  readonly slots: number
  readonly capabilities: Capabilities
}

/** Which workers there are. They announce themselves again and again, so who falls silent is gone after a while. */
export interface Fleet {
  /** Says that the worker is alive, for `ttlMs` from now on. */
  announce(announcement: Announcement, ttlMs: number): Promise<void>
  /** Not alive any more, but remembered. */
  leave(worker: string): Promise<void>
  live(): Promise<Announcement[]>
  /** Also those that were alive within `withinMs`: a machine that restarts is not gone for good. */
  seen(withinMs: number): Promise<Announcement[]>
}

/** Longer than that, nobody asks for. */
const rememberMs = 7 * 86_400_000
const most = 1000

const capabilitiesSchema = z.object({
  architecture: z.string(),
  gpus: z.array(z.object({ architecture: z.string().exactOptional(), memoryBytes: z.number().exactOptional() })),
})

export function createFleet(database: Database): Fleet {
  const list = (narrow: (session: Session) => ReturnType<typeof workers>) =>
    database.read(async (session) => (await narrow(session).execute()).map(toAnnouncement))
  return {
    announce: (announcement, ttlMs) => database.write((session) => announce(database, session, announcement, ttlMs)),
    leave: (worker) =>
      database.write(async (session) => {
        await session.updateTable('worker').set({ until: database.now }).where('name', '=', worker).execute()
      }),
    live: () => list((session) => workers(session).where('until', '>', database.now)),
    seen: (withinMs) =>
      list((session) => workers(session).where('seen_at', '>', sql<number>`${database.now} - ${withinMs}`)),
  }
}

function workers(session: Session) {
  return session.selectFrom('worker').selectAll().orderBy('name').limit(most)
}

/** The live workers that serve a queue, inside a transaction of the caller's. */
export async function workersOf(database: Database, session: Session, queue: string): Promise<Announcement[]> {
  const rows = await workers(session).where('until', '>', database.now).execute()
  return rows.map(toAnnouncement).filter(({ queues }) => queues.includes(queue))
}

async function announce(
  database: Database,
  session: Session,
  { worker, host, queues, slots, capabilities }: Announcement,
  ttlMs: number,
): Promise<void> {
  const row = {
    host,
    queues: ` ${queues.join(' ')} `,
    slots,
    capabilities_json: JSON.stringify(capabilities),
    seen_at: database.now,
    until: sql<number>`${database.now} + ${ttlMs}`,
  }
  await session
    .insertInto('worker')
    .values({ name: worker, ...row })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
    .execute()
  await session.deleteFrom('worker').where('seen_at', '<', sql<number>`${database.now} - ${rememberMs}`).execute()
}

interface WorkerRow {
  readonly name: string
  readonly host: string
  readonly queues: string
  readonly slots: number
  readonly capabilities_json: string
}

function toAnnouncement({ name, host, queues, slots, capabilities_json }: WorkerRow): Announcement {
  const capabilities = capabilitiesSchema.parse(JSON.parse(capabilities_json))
  return { worker: name, host, queues: queues.trim().split(' '), slots, capabilities }
}
