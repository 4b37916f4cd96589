import type { Course } from '../../core/course/course.ts'
import type { Submission } from '../../core/records/submission.ts'
import type { SubmissionView } from '../render/view.ts'
import type { Follower } from './follower.ts'
import type { ThreadOptions } from './options.ts'

/** What the parts of a thread share: the newest state, and how to see it change. */
export interface ThreadState {
  readonly options: ThreadOptions
  readonly course: Course | undefined
  readonly signal: AbortSignal
  readonly submission: Submission
  view(): SubmissionView
  /** Starts following the log where it has not been. */
  follow(): Follower
  /** Until something changed. */
  changed(): Promise<void>
}
