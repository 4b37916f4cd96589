import type { StagedSource } from '../core/records/json.ts'
import type { Submission } from '../core/records/submission.ts'

/** What was staged of something that is queued: always there. */
export function stagedOf(submission: Submission): StagedSource {
  if (submission.staged === undefined) throw new Error(`Submission ${submission.id} was queued without being staged`)
  return submission.staged
}
