import { sql } from 'kysely'
import type { Database, Session } from './database.ts'

/** A GPU that an attempt has now. */
export interface GpuInUse {
  readonly host: string
  readonly uuid: string
  readonly submission: string
  readonly takenAt: number
}

/** How long somebody had GPUs: two of them for a minute are two minutes. */
export interface GpuTime {
  readonly course: string
  /** Absent for somebody without a team. */
  readonly team?: string
  /** Set where there is no team. */
  readonly account?: string
  readonly ms: number
}

/** Who has which GPU, and who had how much. */
export interface Gpus {
  inUse(): Promise<GpuInUse[]>
  /** By team since a time on the database's clock, the most first. What is held now counts up to now. */
  timeByTeam(sinceMs: number, limit: number): Promise<GpuTime[]>
}

export function createGpus(database: Database): Gpus {
  return {
    inUse: () => database.read(inUse),
    timeByTeam: (sinceMs, limit) => database.read((session) => timeByTeam(database, session, sinceMs, limit)),
  }
}

async function inUse(session: Session): Promise<GpuInUse[]> {
  const rows = await session
    .selectFrom('gpu_use')
    .select(['host', 'uuid', 'submission', 'taken_at'])
    .where('released_at', 'is', null)
    .orderBy('host')
    .orderBy('uuid')
    .limit(1000)
    .execute()
  return rows.map(({ taken_at, ...row }) => ({ ...row, takenAt: taken_at }))
}

async function timeByTeam(database: Database, session: Session, sinceMs: number, limit: number): Promise<GpuTime[]> {
  const owner = sql<string | null>`case when team is null then account end`
  const start = sql`case when taken_at < ${sinceMs} then ${sinceMs} else taken_at end`
  // A lease that ran out and was not cleared away yet ended when it ran out.
  const open = sql`case when until < ${database.now} then until else ${database.now} end`
  const ms = sql<number>`sum(coalesce(released_at, ${open}) - ${start})`
  const rows = await session
    .selectFrom('gpu_use')
    .select(['course', 'team'])
    .select([owner.as('account'), ms.as('ms')])
    .where((build) => build.or([build('released_at', 'is', null), build('released_at', '>', sinceMs)]))
    .groupBy(['course', 'team', owner])
    .orderBy('ms', 'desc')
    .limit(limit)
    .execute()
  return rows.map(({ course, team, account, ms: sum }) => ({
    course,
    ms: Number(sum),
    ...(team === null ? {} : { team }),
    ...(account === null ? {} : { account }),
  }))
}
