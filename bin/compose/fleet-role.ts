import { setTimeout as delay } from 'node:timers/promises'
import { messageOf } from '../../core/errors.ts'
import type { Announcement } from '../../core/records/fleet.ts'
import type { Deployment } from './deployment.ts'

const everyMs = 15_000
const ttlMs = 60_000

/** Says again and again that this worker is there and what it has, until `signal` aborts; then that it left. */
export async function announceWorker(
  { records, log }: Pick<Deployment, 'records' | 'log'>,
  announcement: Announcement,
  signal: AbortSignal,
): Promise<void> {
  const patiently = (work: Promise<void>) =>
    work.catch((error: unknown) => log.warn({ problem: messageOf(error) }, 'this worker cannot announce itself'))
  while (!signal.aborted) {
    await patiently(records.fleet.announce(announcement, ttlMs))
    await delay(everyMs, undefined, { signal, ref: false }).catch(() => undefined)
  }
  await patiently(records.fleet.leave(announcement.worker))
}
