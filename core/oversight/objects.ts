import type { RemovedKind } from '../records/removals.ts'
import type { Submission } from '../records/submission.ts'

export interface KeptObject {
  readonly key: string
  /** What it is called beside the submission's others. */
  readonly name: string
}

/** What the staff's grading printed: for nobody else. */
export const gradingLogName = 'grading.txt'

/** What of a submission is in the store, by the keys that were committed. */
export function objectsOf({ staged, result }: Submission, kind: RemovedKind): KeptObject[] {
  if (kind === 'source') return staged === undefined ? [] : [{ key: staged.key, name: 'source.tar.gz' }]
  const { build, log, report, gradingLog } = result ?? {}
  return [
    ...(build === undefined ? [] : [{ key: build.key, name: 'build.tar.gz' }]),
    ...(log === undefined ? [] : [{ key: log.key, name: 'log.txt' }]),
    ...(report === undefined ? [] : [{ key: report.key, name: 'result.json' }]),
    ...(gradingLog === undefined ? [] : [{ key: gradingLog.key, name: gradingLogName }]),
  ]
}
