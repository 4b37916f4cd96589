import type { Courses } from '../../core/course/course.ts'
import type { SubmissionLog } from '../../core/log/log.ts'
import type { Logger } from '../../core/logger/logger.ts'
import type { Records } from '../../core/records/records.ts'
import type { Submission } from '../../core/records/submission.ts'
import type { Budget } from '../budget.ts'
import type { Chat, ChatFile } from '../chat.ts'
import type { SignLinks } from '../links.ts'
import type { ViewQueue } from '../queue-view.ts'
import type { LogLine } from '../tail.ts'

export interface ThreadOptions {
  readonly records: Records
  readonly logs: SubmissionLog
  readonly chat: Chat
  readonly courses: Courses
  readonly viewQueue: ViewQueue
  readonly links: SignLinks
  /** The whole log of a finished submission, or `undefined` where none is kept. */
  readonly openLog: (submission: Submission) => Promise<ChatFile | undefined>
  /** This process: `<host>/<pid>/<random>`. */
  readonly owner: string
  /** Edits of messages, and new messages: platforms count them apart. */
  readonly budgets: { readonly edits: Budget; readonly posts: Budget }
  /** Nobody but the submitter reads this workspace, so links may be posted. */
  readonly alone?: boolean
  readonly logger: Logger
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly leaseMs?: number
  /** How often the records are asked what changed. */
  readonly pollMs?: number
  /** How often a card that says how long something has been running is drawn again. */
  readonly tickMs?: number
  /** How long a verdict waits for the last lines of output. */
  readonly drainMs?: number
  /** Each line of output as it completes; again from the first one after a restart. */
  readonly onLine?: (submission: string, line: LogLine) => void
}

export const threadDefaults = { leaseMs: 15_000, pollMs: 1_000, tickMs: 15_000, drainMs: 2_000 } as const
