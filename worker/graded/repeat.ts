import type { JobSpec, Result } from '../../core/records/json.ts'
import { inMilliseconds, measuredSentence } from '../../core/submission/graded-words.ts'
import type { RunOutcome } from '../runner/runner.ts'

export interface Repeating {
  readonly timing: NonNullable<JobSpec['timing']>
  /** The run that was the first repetition. */
  readonly first: RunOutcome
  /** Runs everything once more, in a place that never saw the run before. */
  readonly again: () => Promise<RunOutcome>
  readonly say: (line: string) => Promise<void>
}

export interface Repeated {
  /** The first one, or the first of them that did not complete. */
  readonly outcome: RunOutcome
  /** Only where all completed. */
  readonly measured?: NonNullable<Result['measured']>
}

/**
 * Times a run as often as the assignment says. Each repetition starts afresh, so that none can leave its answers to
 * the next; the times are those of the runner's clock.
 */
export async function repeat({ timing, first, again, say }: Repeating): Promise<Repeated> {
  const timesMs: number[] = []
  let outcome = first
  for (let turn = 1; ; turn += 1) {
    if (outcome.cause.kind !== 'completed') return { outcome }
    const timeMs = timeOf(outcome, timing.of)
    timesMs.push(timeMs)
    await say(`Measured ${turn} of ${timing.repetitions}: ${inMilliseconds(timeMs)}`)
    if (turn >= timing.repetitions) break
    outcome = await again()
  }
  const takenMs = take(timesMs, timing.take)
  await say(measuredSentence(timing, timesMs.length, takenMs))
  return { outcome: first, measured: { timesMs, takenMs } }
}

function timeOf({ commands, durationMs }: RunOutcome, of: Repeating['timing']['of']): number {
  const last = commands.at(-1)
  return of === 'last-command' && last !== undefined ? last.durationMs : durationMs
}

/** The lower one of the two in the middle, so that it is a time that was measured. */
function take(timesMs: readonly number[], which: Repeating['timing']['take']): number {
  const sorted = [...timesMs].sort((a, b) => a - b)
  const at = which === 'minimum' ? 0 : Math.floor((sorted.length - 1) / 2)
  return sorted[at] ?? 0
}
