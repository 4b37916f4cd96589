import type { Database, Session } from './database.ts'

/** In place of a queue's name: every queue, also those that come later. */
export const everyQueue = '*'

export interface Pause {
  /** Or `everyQueue`. */
  readonly queue: string
  readonly pausedAt: number
  /** Who did it. */
  readonly actor: string
  readonly reason: string
}

/**
 * Queues that staff stopped. Every claim looks here in its own transaction, so that nothing is claimed once `pause`
 * resolved (with `everyQueue`: but for claims under way). What runs goes on, what waits keeps its turn.
 */
export interface Pauses {
  /** Pausing again replaces the reason. */
  pause(pause: Omit<Pause, 'pausedAt'>): Promise<void>
  /** False when it was not paused. A queue that `everyQueue` stopped is resumed by that name only. */
  resume(queue: string): Promise<boolean>
  list(): Promise<Pause[]>
}

export function createPauses(database: Database): Pauses {
  return {
    pause: (pause) => database.write((session) => put(database, session, pause)),
    resume: (queue) =>
      database.write(async (session) => {
        const { numDeletedRows } = await session.deleteFrom('pause').where('queue', '=', queue).executeTakeFirst()
        return numDeletedRows > 0n
      }),
    list: () => database.read(listPauses),
  }
}

/** Whether the queue is stopped, by its own name or with all others. */
export async function isPaused(session: Session, queue: string): Promise<boolean> {
  const row = await session
    .selectFrom('pause')
    .select('queue')
    .where('queue', 'in', [queue, everyQueue])
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

async function listPauses(session: Session): Promise<Pause[]> {
  const rows = await session.selectFrom('pause').selectAll().orderBy('queue').limit(1000).execute()
  return rows.map(({ paused_at, ...pause }) => ({ ...pause, pausedAt: paused_at }))
}

async function put(
  database: Database,
  session: Session,
  { queue, actor, reason }: Omit<Pause, 'pausedAt'>,
): Promise<void> {
  // A claim that looked before holds this lock until it has committed, so nothing starts after us.
  if (queue !== everyQueue) await database.lock(session, `claim:${queue}`)
  const row = { paused_at: database.now, actor, reason: reason.slice(0, 500) }
  await session
    .insertInto('pause')
    .values({ queue, ...row })
    .onConflict((conflict) => conflict.column('queue').doUpdateSet(row))
    .execute()
}
