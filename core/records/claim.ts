import { type Selectable, sql } from 'kysely'
import { type GpuDevice, pickGpus } from '../schedule/gpus.ts'
import type { Database, Session } from './database.ts'
import { leftToOthers } from './elsewhere.ts'
import { endReservation, hostState, reserveHost } from './exclusive.ts'
import { freeGpus, type HostGpus, takeGpus } from './gpu-leases.ts'
import { type QueueLanes, readFirsts, type WaitingLane } from './lanes.ts'
import { leaseFor, type WorkLease } from './leasing.ts'
import { isPaused } from './pauses.ts'
import { noteServed } from './served.ts'
import { type Submission, toSubmission } from './submission.ts'
import type { SubmissionTable } from './tables.ts'

export interface ClaimOptions {
  readonly queue: string
  /** This worker process: `<host>/<pid>/<random>`. */
  readonly worker: string
  readonly host: string
  readonly leaseMs: number
  /** Who is next among those that wait, or nobody this worker can serve. Pure: core/schedule. */
  readonly choose: (lanes: QueueLanes & { readonly freeGpus: readonly GpuDevice[] }) => WaitingLane | undefined
  /** What the host has to lease out. Absent: nothing. */
  readonly gpus?: Pick<HostGpus, 'devices' | 'graceMs'>
  /** Queues whose runs have a host for themselves. */
  readonly exclusive?: readonly string[]
}

export interface ClaimedRun {
  readonly submission: Submission
  readonly lease: WorkLease
  /** Nobody else has these while the lease stands. */
  readonly gpus: readonly GpuDevice[]
}

export async function claim(
  database: Database,
  session: Session,
  options: ClaimOptions,
): Promise<ClaimedRun | undefined> {
  await database.lock(session, `claim:${options.queue}`)
  if (await isPaused(session, options.queue)) return undefined
  const on = { ...options, exclusive: options.exclusive ?? [] }
  const state = await hostState(database, session, on)
  if (state === 'taken') return undefined
  const free = await freeGpus(database, session, { host: options.host, devices: [], graceMs: 0, ...options.gpus })
  const without = await leftToOthers(database, session, options)
  const lane = options.choose({
    ...(await readFirsts(database, session, options.queue, without)),
    freeGpus: free,
  })
  if (lane === undefined) return undefined
  if (state === 'busy') {
    await reserveHost(database, session, on)
    return undefined
  }
  if (on.exclusive.length > 0) await endReservation(session, on)
  const gpus = pickGpus(lane.needs, free)
  return gpus === undefined ? undefined : await start(database, session, options, lane.oldestId, gpus)
}

async function start(
  database: Database,
  session: Session,
  options: ClaimOptions,
  id: string,
  gpus: readonly GpuDevice[],
): Promise<ClaimedRun | undefined> {
  const { worker, host, leaseMs } = options
  const row = await session
    .updateTable('submission')
    .set({
      ...leaseFor(database, worker, leaseMs),
      state: 'running',
      started_at: database.now,
      attempt: sql<number>`attempt + 1`,
    })
    .where('id', '=', id)
    .where('state', '=', 'queued')
    .returningAll()
    .executeTakeFirst()
  if (row === undefined) return undefined
  await session
    .insertInto('attempt')
    .values({ submission: row.id, number: row.attempt, worker, host, started_at: database.now })
    .execute()
  await noteServed(database, session, row)
  const lease = { submission: row.id, attempt: row.attempt, token: row.lease_token ?? '' }
  await takeGpus(database, session, { lease, leaseMs, host, owner: ownerOf(row), devices: gpus })
  return { submission: toSubmission(row), lease, gpus }
}

function ownerOf({ course, team, account }: Selectable<SubmissionTable>) {
  return { course, team, account }
}
