import type { Logger } from 'pino'
import { failpoint } from '../core/failpoint.ts'
import type { ClaimedRun } from '../core/records/claim.ts'
import { keepLease } from '../core/submission/lease-keeper.ts'
import type { AttemptOptions, Ending } from './attempt-options.ts'
import { type Desk, openDesk } from './desk.ts'
import { readyGpus } from './gpus/ready-gpus.ts'
import { runToEnding } from './run-to-ending.ts'
import { createReleasers } from './runner/releasers.ts'
import { settleFailure } from './settle-failure.ts'
import type { Stop } from './stop.ts'

/**
 * Takes one claimed run to its verdict, or back to the queue. Never rejects: whatever cannot be written down is left
 * to the lease's end.
 */
export async function runAttempt(options: AttemptOptions, claimed: ClaimedRun, stop: Stop): Promise<void> {
  const { records, leaseMs } = options
  const { lease, submission } = claimed
  const log = options.log.child({ submission: submission.id, attempt: lease.attempt })
  const done = new AbortController()
  const releasers = createReleasers()
  let desk: Desk | undefined
  try {
    const renew = () => records.runs.renew(lease, leaseMs)
    const { lost } = await keepLease({ leaseMs, renew, signal: done.signal })
    lost.addEventListener('abort', () => stop.stop('lease-lost'))
    await failpoint('claimed')
    desk = await openDesk({ ...options, log, submission: submission.id, attempt: lease.attempt })
    await readyGpus(options.gpus, claimed, stop, desk)
    await conclude(options, claimed, stop, await runToEnding(options, claimed, stop, { desk, releasers }), log)
  } catch (error) {
    await settleFailure(options, claimed, stop, { error, desk, log }).catch((second: unknown) =>
      log.error({ err: second }, 'left to the end of its lease'),
    )
  } finally {
    done.abort()
    // After the verdict: nobody waits for it, and what it fails to remove is the sweep's.
    await releasers.release().catch((error: unknown) => log.warn({ err: error }, 'a sandbox could not be removed'))
    await desk?.clear().catch((error: unknown) => log.warn({ err: error }, 'the spool could not be removed'))
  }
}

async function conclude(
  { records }: AttemptOptions,
  { lease }: ClaimedRun,
  stop: Stop,
  ending: Ending,
  log: Logger,
): Promise<void> {
  const reason = stop.reason()
  if (reason === 'lease-lost') log.warn('the lease was lost; another worker goes on')
  else if (reason === 'hand-back') await records.runs.handBack(lease)
  else if (await records.runs.finish(lease, ending.verdict, ending.result)) {
    await failpoint('verdict-committed')
    log.info({ verdict: ending.verdict }, 'finished')
  } else log.warn('the verdict came too late; another worker goes on')
}
