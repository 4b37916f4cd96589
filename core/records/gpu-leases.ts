import { sql } from 'kysely'
import type { GpuDevice } from '../schedule/gpus.ts'
import type { Database, Session } from './database.ts'
import type { WorkLease } from './leasing.ts'

/** The GPUs of a worker's host that are in order. */
export interface HostGpus {
  readonly host: string
  readonly devices: readonly GpuDevice[]
  /** How long after a silent worker's lease its GPUs stay taken: until then its container may still run. */
  readonly graceMs: number
}

/** Those that nobody has. Workers of one host take turns from here to the end of the transaction. */
export async function freeGpus(
  database: Database,
  session: Session,
  { host, devices, graceMs }: HostGpus,
): Promise<readonly GpuDevice[]> {
  if (devices.length === 0) return []
  await database.lock(session, `gpus:${host}`)
  await endSilent(database, session, host, graceMs)
  const taken = await session
    .selectFrom('gpu_use')
    .select('uuid')
    .where('host', '=', host)
    .where('released_at', 'is', null)
    .execute()
  const held = new Set(taken.map(({ uuid }) => uuid))
  return devices.filter(({ uuid }) => !held.has(uuid))
}

/** Nobody will give these back any more. Their minutes count up to the lease's end. */
async function endSilent(database: Database, session: Session, host: string, graceMs: number): Promise<void> {
  await session
    .updateTable('gpu_use')
    .set({ released_at: sql<number>`until` })
    .where('host', '=', host)
    .where('released_at', 'is', null)
    .where('until', '<=', sql<number>`${database.now} - ${graceMs}`)
    .execute()
}

/** Whose GPU minutes these are. */
interface GpuOwner {
  readonly course: string
  readonly team: string | null
  readonly account: string
}

export async function takeGpus(
  database: Database,
  session: Session,
  taken: {
    readonly lease: WorkLease
    readonly leaseMs: number
    readonly host: string
    readonly owner: GpuOwner
    readonly devices: readonly GpuDevice[]
  },
): Promise<void> {
  const { lease, leaseMs, host, owner, devices } = taken
  if (devices.length === 0) return
  const { submission, attempt } = lease
  const row = { submission, attempt, host, ...owner, taken_at: database.now, until: untilIn(database, leaseMs) }
  await session
    .insertInto('gpu_use')
    .values(devices.map(({ uuid }) => ({ ...row, uuid })))
    .execute()
}

export async function renewGpus(
  database: Database,
  session: Session,
  lease: WorkLease,
  leaseMs: number,
): Promise<void> {
  if (lease.attempt === 0) return
  await held(session, lease.submission, lease.attempt)
    .set({ until: untilIn(database, leaseMs) })
    .execute()
}

/** The attempt is over, and its sandbox is gone. */
export async function releaseGpus(
  database: Database,
  session: Session,
  submission: string,
  attempt: number,
): Promise<void> {
  await held(session, submission, attempt).set({ released_at: database.now }).execute()
}

function held(session: Session, submission: string, attempt: number) {
  return session
    .updateTable('gpu_use')
    .where('submission', '=', submission)
    .where('attempt', '=', attempt)
    .where('released_at', 'is', null)
}

function untilIn(database: Database, leaseMs: number) {
  return sql<number>`${database.now} + ${leaseMs}`
}
