import type { Readable } from 'node:stream'
import type { ClaimedRun } from '../../core/records/claim.ts'
import type { JobSpec } from '../../core/records/json.ts'
import { gradeSentence } from '../../core/submission/graded-words.ts'
import type { AttemptOptions } from '../attempt-options.ts'
import type { Desk } from '../desk.ts'
import type { KeepOptions } from '../keep.ts'
import type { RunOutcome } from '../runner/runner.ts'
import { type Graded, grade } from './grade.ts'
import { type Repeated, repeat } from './repeat.ts'

export interface AfterFirstRun {
  readonly options: AttemptOptions
  readonly claimed: ClaimedRun
  readonly job: JobSpec
  readonly desk: Desk
  readonly keep: () => KeepOptions
  readonly signal: AbortSignal
  readonly first: RunOutcome
  readonly again: () => Promise<RunOutcome>
  /** What the first run left in `/build`. */
  readonly build: () => Promise<Readable>
}

/** What an assignment adds once the commands are through: they are timed, and what they made is graded. */
export async function afterFirstRun(run: AfterFirstRun): Promise<Repeated & Partial<Graded>> {
  const { job, desk, first, again } = run
  const { timing, grading } = job
  const say = (line: string) => desk.output.say(line)
  const repeated = timing === undefined ? { outcome: first } : await repeat({ timing, first, again, say })
  if (grading === undefined || repeated.outcome.cause.kind !== 'completed') return repeated
  await say('Grading begins. What it prints is for the course staff.')
  const graded = await grade({ ...run, spec: grading })
  if (graded === undefined) return { outcome: { ...repeated.outcome, cause: { kind: 'aborted' } } }
  await say(gradeSentence(graded.grade))
  return { ...repeated, ...graded }
}
