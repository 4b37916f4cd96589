import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { describeError } from '../../core/logger/describe-error.ts'
import type { Logger } from '../../core/logger/logger.ts'
import type { Leases, NamedLease } from '../../core/records/leases.ts'

export interface HoldOptions {
  readonly leases: Leases
  readonly name: string
  readonly owner: string
  readonly leaseMs: number
  readonly logger: Logger
}

/**
 * Waits for the lease, works while it stands, and so on until `signal` aborts. `held` aborts by the monotonic clock
 * before the lease ends, whatever the database does. Rejects only with what `work` rejects with.
 */
export async function whileHeld(
  options: HoldOptions,
  signal: AbortSignal,
  work: (held: AbortSignal) => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    const takenAt = performance.now()
    const lease = await take(options)
    if (lease === undefined) await rest(options.leaseMs / 3, signal)
    else await holdAndWork(options, lease, takenAt, signal, work)
  }
}

async function take({ leases, name, owner, leaseMs, logger }: HoldOptions): Promise<NamedLease | undefined> {
  try {
    return await leases.take(name, owner, leaseMs)
  } catch (error) {
    logger.warn({ err: describeError(error), lease: name }, 'could not ask for the lease')
    return undefined
  }
}

async function holdAndWork(
  options: HoldOptions,
  lease: NamedLease,
  takenAt: number,
  signal: AbortSignal,
  work: (held: AbortSignal) => Promise<void>,
): Promise<void> {
  const lost = new AbortController()
  const held = AbortSignal.any([signal, lost.signal])
  const renewing = renew(options, lease, takenAt, held, () => lost.abort())
  try {
    await work(held)
  } finally {
    lost.abort()
    await renewing
    await options.leases.release(lease).catch(() => undefined)
  }
}

/** Keeps a fifth of the lease as a margin, for what is under way when it is lost. */
async function renew(
  { leases, leaseMs, logger }: HoldOptions,
  lease: NamedLease,
  takenAt: number,
  held: AbortSignal,
  lose: () => void,
): Promise<void> {
  const safeFor = (from: number) => Math.max(0, from + leaseMs * 0.8 - performance.now())
  const aborted = held.aborted ? undefined : once(held, 'abort').then(() => undefined)
  let deadline = setTimeout(lose, safeFor(takenAt))
  while (!held.aborted) {
    await rest(leaseMs / 4, held)
    if (held.aborted) break
    const askedAt = performance.now()
    const answer = leases.renew(lease, leaseMs).catch(() => undefined)
    // A database that never answers must not keep us here.
    const renewed = await Promise.race([answer, aborted])
    if (renewed === false) lose()
    if (renewed !== true || held.aborted) continue
    clearTimeout(deadline)
    deadline = setTimeout(lose, safeFor(askedAt))
  }
  clearTimeout(deadline)
  logger.debug({ lease: lease.name }, 'stopped rendering')
}

async function rest(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined)
}
