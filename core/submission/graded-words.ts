import prettyMilliseconds from 'pretty-ms'
import type { Grade, JobSpec } from '../records/json.ts'
import type { Submission } from '../records/submission.ts'

/** What a student reads of a grading phase. */
export function gradeSentence({ passed, score, message }: Grade): string {
  const points = score === undefined ? '' : ` with ${score} points`
  const said = message === undefined ? '' : ` ${message}`
  return `${passed ? 'Passed' : 'Not passed'}${points}.${said}`
}

export function measuredSentence({ take }: NonNullable<JobSpec['timing']>, times: number, takenMs: number): string {
  return `Its time is ${inMilliseconds(takenMs)}, the ${take} of ${times}.`
}

/** Exact enough to rank by. */
export function inMilliseconds(ms: number): string {
  return prettyMilliseconds(ms, ms < 1000 ? { millisecondsDecimalDigits: 1 } : { secondsDecimalDigits: 3 })
}

/** Both, of a run that has them. */
export function gradedSentences({ staged, result }: Pick<Submission, 'staged' | 'result'>): string[] {
  const { grade, measured } = result ?? {}
  const timing = staged?.job.timing
  return [
    ...(grade === undefined ? [] : [gradeSentence(grade)]),
    ...(measured === undefined || timing === undefined
      ? []
      : [measuredSentence(timing, measured.timesMs.length, measured.takenMs)]),
  ]
}
