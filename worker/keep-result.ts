import type { ClaimedRun } from '../core/records/claim.ts'
import { bareResult, type Result } from '../core/records/json.ts'
import type { Submission } from '../core/records/submission.ts'
import type { Verdict } from '../core/vocabulary.ts'
import type { AttemptOptions, Ending } from './attempt-options.ts'
import type { Desk } from './desk.ts'
import type { Graded } from './graded/grade.ts'
import type { Repeated } from './graded/repeat.ts'
import { type KeepOptions, keepBuild, keepLog, keepReport } from './keep.ts'
import { verdictOfBuild } from './provide-image.ts'
import type { RunLimits, Sandbox } from './runner/runner.ts'
import { stagedOf } from './staged-of.ts'
import type { Stop } from './stop.ts'
import { judge } from './verdict.ts'

/** For everything a run leaves, together. */
const keepLimitMs = 10 * 60_000

/** A run that is over, its sandbox still there. */
export interface Ran extends Repeated, Partial<Graded> {
  readonly sandbox: Sandbox
  readonly limits: RunLimits
  readonly desk: Desk
  readonly stop: Stop
}

export async function keepResult(
  options: AttemptOptions,
  { submission, lease }: ClaimedRun,
  ran: Ran,
): Promise<Ending> {
  const { outcome, sandbox, limits, desk, stop, measured, grade, gradingLog } = ran
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
    ...(measured === undefined ? {} : { measured }),
    ...(grade === undefined ? {} : { grade }),
    ...firstErrorOf(verdict, desk),
  }
  const reason = stop.reason()
  if (reason === 'lease-lost' || reason === 'hand-back') return { verdict, result: { ...base, notices: [] } }
  const notices: string[] = []
  const keep = keepOptionsOf(options, { submission, lease })
  const build = await keepBuild(sandbox, keep, (notice) => notices.push(notice))
  for (const notice of notices) await desk.output.say(notice)
  await desk.output.say(sentence)
  await desk.end()
  const log = await keepLog(desk.spool, keep)
  const report = await keepReport(reportOf(submission, lease.attempt, verdict, { ...base, notices }, limits), keep)
  const staffs = gradingLog === undefined ? {} : { gradingLog }
  return { verdict, result: { ...base, notices, build, log, report, ...staffs } }
}

/** A program that prints errors and succeeds had none. */
function firstErrorOf(verdict: Verdict, { output }: Desk): Pick<Result, 'firstError'> {
  return verdict === 'succeeded' || output.firstError === undefined ? {} : { firstError: output.firstError }
}

/** Cancelling ends the commands, not the keeping of what they left; that has its time from now on. */
export function keepOptionsOf(
  options: AttemptOptions,
  { submission, lease }: Pick<ClaimedRun, 'submission' | 'lease'>,
): KeepOptions {
  return {
    ...options,
    ...options.result,
    submission: submission.id,
    attempt: lease.attempt,
    signal: AbortSignal.timeout(keepLimitMs),
  }
}

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

/** The log of a build that failed is what the person needs most. */
export async function keepFailedBuild(
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
  const log = await keepLog(desk.spool, keepOptionsOf(options, { submission, lease }))
  const { worker, host } = options
  return { verdict, result: { ...bareResult(refusal.message, refusal.code), worker, host, log } }
}
