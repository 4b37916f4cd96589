import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { messageOf, Refusal } from '../../core/errors.ts'
import { namespaceOf } from '../../core/images/owner.ts'
import type { ClaimedRun } from '../../core/records/claim.ts'
import type { Grade, GradingSpec } from '../../core/records/json.ts'
import { openGzipped } from '../../core/store/gzipped.ts'
import type { AttemptOptions } from '../attempt-options.ts'
import { environmentFor } from '../environment.ts'
import type { HeldImage } from '../images/images.ts'
import { type KeepOptions, type Kept, keepGradingLog } from '../keep.ts'
import { createOutput, type Output } from '../output.ts'
import { ensureImage } from '../provide-image.ts'
import type { RunLimits, RunOutcome } from '../runner/runner.ts'
import { openSpool } from '../spool.ts'
import { judge } from '../verdict.ts'
import { packGradingSource, submissionFolder } from './grading-source.ts'
import { readGrade } from './read-grade.ts'

export interface GradingRun {
  readonly options: AttemptOptions
  readonly claimed: ClaimedRun
  readonly spec: GradingSpec
  /** What the student's commands left in `/build`. */
  readonly build: () => Promise<Readable>
  readonly keep: () => KeepOptions
  readonly signal: AbortSignal
}

export interface Graded {
  readonly grade: Grade
  /** What the staff's commands printed. It may hold what students must not read. */
  readonly gradingLog: Kept
}

/**
 * The second phase: the staff's commands in a container that no student's command ever ran in. Rejects for everything
 * that is the staff's or ours to mend, so that it costs the student nothing; `undefined` when it was stopped.
 */
export async function grade(run: GradingRun): Promise<Graded | undefined> {
  const { options, claimed, keep } = run
  const folder = await mkdtemp(join(options.scratch, 'grade-'))
  const spool = await openSpool(join(folder, 'log.ndjson'))
  const output = createOutput({ attempt: claimed.lease.attempt, spool, onEntry: () => undefined })
  try {
    const image = await holdImage(run, output)
    const found = await gradeIn(image, run, output).finally(() => image.release())
    await output.end()
    return found && { grade: found, gradingLog: await keepGradingLog(spool, keep()) }
  } finally {
    await spool.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function holdImage({ options, claimed, spec, signal }: GradingRun, output: Output): Promise<HeldImage> {
  const namespace = namespaceOf(claimed.submission)
  try {
    return await ensureImage(options.images, spec.image, { namespace, output, signal })
  } catch (error) {
    // The student did not choose this image, so it is no refusal of theirs.
    if (error instanceof Refusal) throw new Error(`The image to grade in cannot be had: ${messageOf(error)}`)
    throw error
  }
}

async function gradeIn(image: HeldImage, run: GradingRun, output: Output): Promise<Grade | undefined> {
  const { options, claimed, spec, signal } = run
  const { submission, lease } = claimed
  const limits = { ...options.limits, timeMs: spec.timeMs }
  const sandbox = await options.runner.open(
    {
      submission: submission.id,
      attempt: lease.attempt,
      image: image.reference,
      environment: {
        ...(await environmentFor(options, submission)),
        RAI_SUBMISSION_DIR: `/src/${submissionFolder}`,
      },
      limits,
      network: 'none',
      source: () => sourceOf(run),
    },
    signal,
  )
  try {
    const outcome = await sandbox.run({
      commands: spec.commands,
      keepGoing: false,
      onOutput: ({ stream, bytes }) => output.write(stream, bytes),
      onCommand: (event) => (event.kind === 'started' ? output.say(`$ ${event.command.text}`) : undefined),
      signal,
    })
    if (outcome.cause.kind === 'aborted') return undefined
    return explained(await readGrade(outcome, await sandbox.collect()), outcome, limits)
  } finally {
    await sandbox.remove()
  }
}

async function sourceOf({ options, spec, build }: GradingRun): Promise<Readable> {
  const files = spec.files === undefined ? undefined : await openGzipped(options.store, spec.files)
  if (spec.files !== undefined && files === undefined) throw new Error(`The grading files ${spec.files} are gone`)
  return packGradingSource({
    ...(files === undefined ? {} : { files }),
    build: await build(),
    artefacts: spec.artefacts,
    ...options.result,
  })
}

/** A limit that was met is not the student's output, so it is told; a program that is missing is the staff's mistake. */
function explained(found: Grade, outcome: RunOutcome, limits: RunLimits): Grade {
  const { kind } = outcome.cause
  if (kind === 'command-not-found') throw new Error(judge(outcome, limits).sentence)
  if (kind === 'completed' || kind === 'command-failed') return found
  return { ...found, message: found.message ?? `Grading it was ended: ${judge(outcome, limits).sentence}` }
}
