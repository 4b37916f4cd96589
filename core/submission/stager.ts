import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { type Bell, createBell } from '../bell.ts'
import type { Standing } from '../course/assignment.ts'
import { messageOf, ProviderError, Refusal } from '../errors.ts'
import { failpoint } from '../failpoint.ts'
import type { StagingWork } from '../records/intake.ts'
import { bareResult, type StagedSource } from '../records/json.ts'
import type { Records } from '../records/records.ts'
import type { Submission } from '../records/submission.ts'
import type { PinnedSource } from '../source/source.ts'
import type { Needs } from '../vocabulary.ts'
import { keepLease, LeaseLost } from './lease-keeper.ts'
import type { Waker } from './waker.ts'

/** A source, staged: what to commit, and where it is to run. */
export interface Staged {
  readonly source: StagedSource
  readonly needs: Needs
  readonly queue: string
  /** Where staging found that it does not count after all. */
  readonly standing?: Standing
}

/** What staging one submission works with. */
export interface Staging {
  /** A folder of its own, removed afterwards. */
  readonly scratch: string
  readonly signal: AbortSignal
  /** Remembers which commit a branch stood for. */
  readonly onPinned: (pinned: PinnedSource) => Promise<void>
}

export interface StagerOptions {
  readonly records: Records
  readonly waker: Waker
  readonly log: Logger
  /** This process, for the lease. */
  readonly owner: string
  /** Which sources this process can fetch: `any`, `host:<name>`, `slack:<workspace>`, … */
  readonly places: readonly string[]
  /** Turns the source into an archive in the store. Rejects with a `Refusal` for what is the person's to mend. */
  readonly stage: (submission: Submission, work: Staging) => Promise<Staged>
  /** A folder for the scratch folders, one a submission, removed afterwards. */
  readonly scratch: string
  readonly leaseMs: number
  /** Sources staged at a time. */
  readonly concurrency: number
  /** How old a submission may get before failures of ours end it. */
  readonly giveUpMs: number
}

/** Brings what was received into the queue. */
export interface Stager {
  /** Looks for work now instead of at the next tick. */
  poke(): void
  /** Stages until `signal` aborts, then ends what it is at (another process takes it over). */
  run(signal: AbortSignal): Promise<void>
}

const tickMs = 2000

export function createStager(options: StagerOptions): Stager {
  const bells = Array.from({ length: options.concurrency }, createBell)
  const serve = async (bell: Bell, signal: AbortSignal) => {
    while (!signal.aborted) {
      const work = await claim(options)
      if (work !== undefined) await stageOne(options, work, signal)
      else await bell.wait({ ms: tickMs, signal })
    }
  }
  return {
    poke: () => {
      for (const bell of bells) bell.ring()
    },
    run: async (signal) => {
      await Promise.all(bells.map((bell) => serve(bell, signal)))
    },
  }
}

async function claim({ records, owner, leaseMs, places, log }: StagerOptions): Promise<StagingWork | undefined> {
  try {
    return await records.intake.claimStaging({ owner, leaseMs, places })
  } catch (error) {
    log.warn({ problem: messageOf(error) }, 'cannot look for submissions to stage; trying again')
    return undefined
  }
}

async function stageOne(options: StagerOptions, work: StagingWork, signal: AbortSignal): Promise<void> {
  const { records, log } = options
  const done = new AbortController()
  let scratch: string | undefined
  try {
    scratch = await mkdtemp(join(options.scratch, `stage-${work.submission.id}-${work.lease.attempt}-`))
    await failpoint('staging-claimed')
    const renew = () => records.runs.renew(work.lease, options.leaseMs)
    const { lost } = await keepLease({ leaseMs: options.leaseMs, renew, signal: done.signal })
    // git may work in there as another user.
    await chmod(scratch, 0o711)
    const staged = await options.stage(work.submission, {
      scratch,
      signal: AbortSignal.any([signal, lost]),
      onPinned: async (pinned) => {
        if (!(await records.intake.pin(work.lease, pinned))) throw new LeaseLost()
      },
    })
    await failpoint('source-put')
    if (!(await records.intake.enqueue(work.lease, staged.source, staged))) return
    await failpoint('enqueued')
    await options.waker.wake()
    await failpoint('wake-up-sent')
  } catch (error) {
    await settleFailure(options, work, signal.aborted ? new Stopped() : error).catch((second: unknown) =>
      log.warn({ submission: work.submission.id, problem: messageOf(second) }, 'left for another stager'),
    )
  } finally {
    done.abort()
    if (scratch !== undefined) await removeFolder(scratch, log)
  }
}

async function removeFolder(folder: string, log: Logger): Promise<void> {
  await rm(folder, { recursive: true, force: true }).catch((error: unknown) =>
    log.warn({ problem: messageOf(error) }, 'a scratch folder could not be removed'),
  )
}

async function settleFailure(
  options: StagerOptions,
  { lease, submission }: StagingWork,
  error: unknown,
): Promise<void> {
  const { intake } = options.records
  if (error instanceof Refusal) {
    await intake.end(lease, 'refused', bareResult(error.message, error.code))
    return
  }
  if (error instanceof LeaseLost) return
  if (error instanceof Stopped) {
    await intake.postpone(lease, 0)
    return
  }
  const errorId = lease.token.slice(0, 8)
  options.log.error({ err: error, errorId, submission: submission.id }, 'staging failed')
  const ageMs = Date.now() - submission.receivedAt
  const retryable = !(error instanceof ProviderError) || error.retryable
  if (retryable && ageMs < options.giveUpMs) await intake.postpone(lease, backoffMs(ageMs))
  else await intake.end(lease, 'system-error', bareResult(systemSentence(errorId), 'staging-failed', errorId))
}

/** This process leaves; another may take the work at once. */
class Stopped extends Error {
  override readonly name = 'Stopped'
}

/** Waits about as long as it has already waited, within reason. */
function backoffMs(ageMs: number): number {
  return Math.min(60_000, Math.max(1000, ageMs / 2))
}

function systemSentence(errorId: string): string {
  return `Your code could not be stored, because of a failure on our side (error ${errorId}). It cost you nothing; the course staff can look it up.`
}
