import { pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { Logger } from 'pino'
import prettyMilliseconds from 'pretty-ms'
import { ProviderError, Refusal } from '../core/errors.ts'
import type { SubmissionLog } from '../core/log/log.ts'
import type { ClaimedRun } from '../core/records/claim.ts'
import { bareResult, type JobSpec, type Result, type StagedSource } from '../core/records/json.ts'
import type { Records } from '../core/records/records.ts'
import type { Submission } from '../core/records/submission.ts'
import type { Store } from '../core/store/store.ts'
import type { Artefacts } from '../core/submission/artefacts.ts'
import { keepLease } from '../core/submission/lease-keeper.ts'
import { sourceExpired } from '../core/submission/refusals.ts'
import type { Verdict } from '../core/vocabulary.ts'
import { type Desk, openDesk } from './desk.ts'
import { type EnvironmentOptions, environmentOf } from './environment.ts'
import type { HeldImage } from './images/images.ts'
import { type KeepOptions, keepBuild, keepLog, keepReport } from './keep.ts'
import { noSandbox } from './no-sandbox.ts'
import { type ImageSupply, provideImage, verdictOfBuild } from './provide-image.ts'
import type { CommandEvent, RunLimits, Runner, RunOutcome, Sandbox } from './runner/runner.ts'
import type { Stop } from './stop.ts'
import { judge } from './verdict.ts'

export interface AttemptOptions {
  readonly records: Records
  readonly store: Store
  readonly bus: SubmissionLog
  readonly runner: Runner
  /** Absent where the runner has no images. */
  readonly images?: ImageSupply
  readonly artefacts: Artefacts
  readonly log: Logger
  /** This process: `<host>/<pid>/<random>`. */
  readonly worker: string
  readonly host: string
  /** A folder on this host's disk for spools. */
  readonly scratch: string
  readonly leaseMs: number
  readonly maxAttempts: number
  /** Wait before the second attempt, in milliseconds; it doubles with each one. */
  readonly backoffMs: number
  /** The bounds of this host; a build file may only ask for less. */
  readonly limits: RunLimits
  readonly environment: EnvironmentOptions
  readonly result: { readonly maxBytes: number; readonly maxEntries: number }
}

interface Ending {
  readonly verdict: Verdict
  readonly result: Result
}

/**
 * Takes one claimed run to its verdict, or back to the queue. Never rejects: whatever cannot be written down is left
 * to the lease's end.
 */
export async function runAttempt(options: AttemptOptions, claimed: ClaimedRun, stop: Stop): Promise<void> {
  const { records, leaseMs } = options
  const { lease, submission } = claimed
  const log = options.log.child({ submission: submission.id, attempt: lease.attempt })
  const done = new AbortController()
  let desk: Desk | undefined
  try {
    const renew = () => records.runs.renew(lease, leaseMs)
    const { lost } = await keepLease({ leaseMs, renew, signal: done.signal })
    lost.addEventListener('abort', () => stop.stop('lease-lost'))
    desk = await openDesk({ ...options, log, submission: submission.id, attempt: lease.attempt })
    await conclude(options, claimed, stop, await runToEnding(options, claimed, stop, desk), log)
  } catch (error) {
    await settleFailure(options, claimed, stop, { error, desk, log }).catch((second: unknown) =>
      log.error({ err: second }, 'left to the end of its lease'),
    )
  } finally {
    done.abort()
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
  else if (await records.runs.finish(lease, ending.verdict, ending.result))
    log.info({ verdict: ending.verdict }, 'finished')
  else log.warn('the verdict came too late; another worker goes on')
}

async function runToEnding(options: AttemptOptions, claimed: ClaimedRun, stop: Stop, desk: Desk): Promise<Ending> {
  const { submission, lease } = claimed
  const staged = stagedOf(submission)
  if (lease.attempt > 1)
    await desk.output.say(`Attempt ${lease.attempt} begins: the one before was cut off, and not by you.`)
  const { job } = staged
  const source = () => openSource(options.store, submission, staged)
  let image: HeldImage
  try {
    image = await provideImage(options.images, { submission, job, output: desk.output, source, signal: stop.signal })
  } catch (error) {
    return await keepFailedBuild(options, claimed, desk, error)
  }
  try {
    return await runIn(image, { options, claimed, stop, desk, source })
  } finally {
    image.release()
  }
}

interface Running {
  readonly options: AttemptOptions
  readonly claimed: ClaimedRun
  readonly stop: Stop
  readonly desk: Desk
  readonly source: () => Promise<Readable>
}

async function runIn(image: HeldImage, running: Running): Promise<Ending> {
  const { options, claimed, stop, desk } = running
  const { job } = stagedOf(claimed.submission)
  const limits = limitsOf(options.limits, job)
  const sandbox = await openSandbox(image, running)
  try {
    const outcome = await sandbox.run({
      commands: job.commands,
      keepGoing: job.keepGoing,
      onOutput: ({ stream, bytes }) => desk.output.write(stream, bytes),
      onCommand: (event) => announce(desk, event),
      signal: stop.signal,
    })
    return await keepResult(options, claimed, { sandbox, outcome, limits, desk, stop })
  } finally {
    await sandbox.remove()
  }
}

async function openSandbox(image: HeldImage, { options, claimed, stop, source }: Running): Promise<Sandbox> {
  const { submission, lease } = claimed
  const { job } = stagedOf(submission)
  if (job.commands.length === 0) return noSandbox(image.reference)
  const account = await options.records.people.byId(submission.account)
  return await options.runner.open(
    {
      submission: submission.id,
      attempt: lease.attempt,
      image: image.reference,
      environment: environmentOf(submission, account?.username ?? submission.account, options.environment),
      limits: limitsOf(options.limits, job),
      network: 'none',
      source,
    },
    stop.signal,
  )
}

/** The log of a build that failed is what the person needs most. */
async function keepFailedBuild(
  options: AttemptOptions,
  { submission, lease }: ClaimedRun,
  desk: Desk,
  error: unknown,
): Promise<Ending> {
  const failed = verdictOfBuild(error)
  if (failed === undefined) throw error
  const { verdict, refusal } = failed
  await desk.output.say(refusal.message)
  await desk.end()
  const where = { submission: submission.id, attempt: lease.attempt, signal: AbortSignal.timeout(keepLimitMs) }
  const log = await keepLog(desk.spool, { ...options, ...options.result, ...where })
  const { worker, host } = options
  return { verdict, result: { ...bareResult(refusal.message, refusal.code), worker, host, log } }
}

function stagedOf(submission: Submission): StagedSource {
  if (submission.staged === undefined) throw new Error(`Submission ${submission.id} was queued without being staged`)
  return submission.staged
}

function limitsOf(limits: RunLimits, { timeMs, buildBytes }: JobSpec): RunLimits {
  return {
    ...limits,
    timeMs: Math.min(limits.timeMs, timeMs),
    buildBytes: Math.min(limits.buildBytes, buildBytes ?? limits.buildBytes),
  }
}

async function openSource(store: Store, { id }: Submission, { key }: StagedSource): Promise<Readable> {
  const archive = await store.get(key)
  if (archive === undefined) throw sourceExpired(id)
  const tar = createGunzip()
  // A failure of either end destroys the other; the reader of `tar` meets it.
  pipeline(archive, tar, () => undefined)
  return tar
}

async function announce({ output }: Desk, event: CommandEvent): Promise<void> {
  if (event.kind === 'started') {
    await output.say(`$ ${event.command.text.trimEnd()}`)
    return
  }
  const { exitCode, signal, durationMs } = event.result
  const how = exitCode === null ? 'stopped' : `exit code ${exitCode}${signal === undefined ? '' : ` (${signal})`}`
  await output.say(`  ${how}, ${prettyMilliseconds(durationMs, { secondsDecimalDigits: 1 })}`)
}

interface Ran {
  readonly sandbox: Sandbox
  readonly outcome: RunOutcome
  readonly limits: RunLimits
  readonly desk: Desk
  readonly stop: Stop
}

async function keepResult(options: AttemptOptions, { submission, lease }: ClaimedRun, ran: Ran): Promise<Ending> {
  const { outcome, sandbox, limits, desk, stop } = ran
  const { sentence, verdict, exitCode } = judge(outcome, limits)
  const staged = stagedOf(submission)
  const base = {
    sentence,
    ...(exitCode === undefined ? {} : { exitCode }),
    commands: [...outcome.commands],
    durationMs: outcome.durationMs,
    ...(outcome.peakMemoryBytes === undefined ? {} : { peakMemoryBytes: outcome.peakMemoryBytes }),
    image: staged.job.image,
    imageDigest: sandbox.imageDigest,
    worker: options.worker,
    host: options.host,
  }
  const reason = stop.reason()
  if (reason === 'lease-lost' || reason === 'hand-back') return { verdict, result: { ...base, notices: [] } }
  const notices: string[] = []
  // Cancelling ends the commands, not the keeping of what they left.
  const keep: KeepOptions = {
    ...options,
    ...options.result,
    submission: submission.id,
    attempt: lease.attempt,
    signal: AbortSignal.timeout(keepLimitMs),
  }
  const build = await keepBuild(sandbox, keep, (notice) => notices.push(notice))
  for (const notice of notices) await desk.output.say(notice)
  await desk.output.say(sentence)
  await desk.end()
  const log = await keepLog(desk.spool, keep)
  const report = await keepReport(reportOf(submission, lease.attempt, verdict, { ...base, notices }, limits), keep)
  return { verdict, result: { ...base, notices, build, log, report } }
}

/** For everything a run leaves, together. */
const keepLimitMs = 10 * 60_000

/** `result.json`: what a machine may want to know about a run. */
function reportOf(submission: Submission, attempt: number, verdict: Verdict, result: Result, limits: RunLimits) {
  const { staged, source, id, submittedAt, queuedAt, startedAt, needs } = submission
  return {
    version: 1,
    submission: id,
    attempt,
    verdict,
    ...result,
    source,
    sourceHash: staged?.treeHash,
    commit: staged?.commit,
    needs,
    limits,
    submittedAt,
    queuedAt,
    startedAt,
  }
}

interface Failure {
  readonly error: unknown
  readonly desk: Desk | undefined
  readonly log: Logger
}

async function settleFailure(
  { records, maxAttempts, backoffMs }: AttemptOptions,
  { lease, submission }: ClaimedRun,
  stop: Stop,
  { error, desk, log }: Failure,
): Promise<void> {
  const reason = stop.reason()
  if (reason === 'lease-lost') return
  if (reason === 'hand-back') {
    await records.runs.handBack(lease)
    return
  }
  if (reason === 'cancel') {
    await records.runs.finish(lease, 'cancelled', bareResult('It was cancelled before its commands ran.', 'cancelled'))
    return
  }
  if (error instanceof Refusal) {
    await desk?.output.say(error.message)
    await records.runs.finish(lease, 'refused', bareResult(error.message, error.code))
    return
  }
  const errorId = lease.token.slice(0, 8)
  log.error({ err: error, errorId }, 'the attempt failed on our side')
  const tries = submission.attempt - submission.handBacks
  await desk?.output.say(`This attempt failed on our side, not yours (error ${errorId}).`)
  const code = error instanceof ProviderError ? `${error.provider}-failed` : 'internal-error'
  await records.runs.retry(lease, {
    reason: code,
    delayMs: Math.min(60_000, backoffMs * 2 ** (tries - 1)),
    maxAttempts,
    result: bareResult(givenUp(tries, errorId), code, errorId),
  })
}

function givenUp(tries: number, errorId: string): string {
  return `RAI failed to run this ${tries} times (error ${errorId}). That is our fault, not yours, and costs you nothing; the course staff can look it up.`
}
