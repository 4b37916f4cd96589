import type { FirstError } from '../../core/log/first-error.ts'
import type { Submission } from '../../core/records/submission.ts'
import type { Links } from '../links.ts'
import type { Turn } from '../queue-view.ts'

/** Everything that a submission's cards are drawn from. */
export interface SubmissionView {
  readonly submission: Submission
  /** Whom the chat sees as its owner. */
  readonly who: string
  readonly turn?: Turn
  /** Clean lines, oldest first. */
  readonly tail: readonly string[]
  readonly firstError?: FirstError
  /** Only where everybody who reads along may have them. */
  readonly links?: Links
  /** The run that this one repeats. */
  readonly parent?: Submission
  /** Milliseconds since the epoch. */
  readonly now: number
}
