import type { Readable } from 'node:stream'
import prettyMilliseconds from 'pretty-ms'
import { failpoint } from '../core/failpoint.ts'
import type { ClaimedRun } from '../core/records/claim.ts'
import type { JobSpec, StagedSource } from '../core/records/json.ts'
import type { Submission } from '../core/records/submission.ts'
import { openGzipped } from '../core/store/gzipped.ts'
import type { Store } from '../core/store/store.ts'
import { sourceExpired } from '../core/submission/refusals.ts'
import type { AttemptOptions, Ending } from './attempt-options.ts'
import type { Desk } from './desk.ts'
import { environmentFor } from './environment.ts'
import { afterFirstRun } from './graded/graded.ts'
import type { HeldImage } from './images/images.ts'
import { keepFailedBuild, keepOptionsOf, keepResult } from './keep-result.ts'
import { noSandbox } from './no-sandbox.ts'
import { provideImage } from './provide-image.ts'
import type { Releasers } from './runner/releasers.ts'
import type { CommandEvent, RunLimits, RunOutcome, Sandbox } from './runner/runner.ts'
import { stagedOf } from './staged-of.ts'
import type { Stop } from './stop.ts'

/** Runs a claimed submission and keeps what it left. Rejects for what is ours, and with a `Refusal` for the image. */
export async function runToEnding(
  options: AttemptOptions,
  claimed: ClaimedRun,
  stop: Stop,
  { desk, releasers }: AttemptPlace,
): Promise<Ending> {
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
  releasers.add(async () => image.release())
  await failpoint('image-ready')
  return await runIn(image, { options, claimed, stop, desk, releasers, source })
}

/** What an attempt has besides its claim. */
export interface AttemptPlace {
  readonly desk: Desk
  /** Of the image and the sandbox, once the verdict is written down. */
  readonly releasers: Releasers
}

interface Running extends AttemptPlace {
  readonly options: AttemptOptions
  readonly claimed: ClaimedRun
  readonly stop: Stop
  readonly source: () => Promise<Readable>
}

async function runIn(image: HeldImage, running: Running): Promise<Ending> {
  const { options, claimed, stop, desk, releasers } = running
  const { job } = stagedOf(claimed.submission)
  const limits = limitsOf(options.limits, job)
  const sandbox = await openSandbox(image, running)
  releasers.add(() => sandbox.remove())
  const ran = await afterFirstRun({
    ...running,
    job,
    keep: () => keepOptionsOf(options, claimed),
    signal: stop.signal,
    first: await runCommands(sandbox, running),
    again: () => runAfresh(image, running),
    build: () => sandbox.collect(),
  })
  const ending = await keepResult(options, claimed, { ...ran, sandbox, limits, desk, stop })
  await failpoint('result-kept')
  return ending
}

async function runCommands(sandbox: Sandbox, { claimed, desk, stop }: Running): Promise<RunOutcome> {
  const { job } = stagedOf(claimed.submission)
  await failpoint('container-started')
  const outcome = await sandbox.run({
    commands: job.commands,
    keepGoing: job.keepGoing,
    onOutput: async ({ stream, bytes }) => {
      await failpoint('mid-output')
      await desk.output.write(stream, bytes)
    },
    onCommand: (event) => announce(desk, event),
    signal: stop.signal,
  })
  await failpoint('run-over')
  return outcome
}

/** Another repetition: nothing of the one before is there. */
async function runAfresh(image: HeldImage, running: Running): Promise<RunOutcome> {
  const sandbox = await openSandbox(image, running)
  try {
    return await runCommands(sandbox, running)
  } finally {
    await sandbox.remove()
  }
}

async function openSandbox(image: HeldImage, { options, claimed, stop, source }: Running): Promise<Sandbox> {
  const { submission, lease, gpus } = claimed
  const { job } = stagedOf(submission)
  if (job.commands.length === 0) return noSandbox(image.reference)
  return await options.runner.open(
    {
      submission: submission.id,
      attempt: lease.attempt,
      image: image.reference,
      environment: await environmentFor(options, submission),
      limits: limitsOf(options.limits, job),
      network: job.network === true ? 'internal' : 'none',
      source,
      ...(gpus.length === 0 ? {} : { gpus: { devices: gpus.map(({ uuid }) => uuid) } }),
    },
    stop.signal,
  )
}

function limitsOf(limits: RunLimits, { timeMs, buildBytes, memoryBytes }: JobSpec): RunLimits {
  return {
    ...limits,
    timeMs: Math.min(limits.timeMs, timeMs),
    buildBytes: Math.min(limits.buildBytes, buildBytes ?? limits.buildBytes),
    memoryBytes: Math.min(limits.memoryBytes, memoryBytes ?? limits.memoryBytes),
  }
}

async function openSource(store: Store, { id }: Submission, { key }: StagedSource): Promise<Readable> {
  const archive = await openGzipped(store, key)
  if (archive === undefined) throw sourceExpired(id)
  return archive
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
