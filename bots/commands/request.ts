import type { Courses } from '../../core/course/course.ts'
import type { InstallationBounds } from '../../core/directory/allowance.ts'
import type { Directory } from '../../core/directory/directory.ts'
import type { SubmissionLog } from '../../core/log/log.ts'
import type { Logger } from '../../core/logger/logger.ts'
import type { Retention } from '../../core/oversight/retention.ts'
import type { Identity } from '../../core/records/people.ts'
import type { Records } from '../../core/records/records.ts'
import type { Place } from '../../core/records/submission.ts'
import type { Store } from '../../core/store/store.ts'
import type { SourceRequest } from '../../core/vocabulary.ts'
import type { AnswerFile } from '../answer-file.ts'
import type { Card } from '../card.ts'
import type { KeysDesk } from '../delivery/desk.ts'
import type { SignLinks } from '../links.ts'
import type { ViewQueue } from '../queue-view.ts'

/** A file somebody sent with a message. */
interface Attachment {
  readonly name: string
  readonly bytes: number
  /** What this platform's transport needs to download it again. */
  readonly locator: string
}

/** Something a person asked for, whether they typed it, pressed a button or filled in a form. */
export interface CommandRequest {
  readonly identity: Identity
  readonly place: Place
  /** What stands behind `/rai`: `['submit', 'https://…', '--ref', 'main']`. `splitWords` makes it from a line. */
  readonly words: readonly string[]
  /** Platform + workspace + channel + message or interaction id: the same for a repeated event. */
  readonly eventKey: string
  /** The platform's time of the event, in milliseconds since the epoch. */
  readonly submittedAt: number
  readonly attachments: readonly Attachment[]
  /** The submission whose thread or button this came from. */
  readonly submission?: string
  /** The answer reaches this person alone and is not kept by the platform, so that a secret may be in it. */
  readonly ephemeral?: boolean
}

export interface Answer {
  readonly card: Card
  /** For the person alone. */
  readonly private: boolean
  /** A picture or a table beside it. */
  readonly file?: AnswerFile
}

/** One bound that applies to a submission. */
export interface Limit {
  readonly label: string
  readonly value: string
}

/** What commands work on. Everything in it may be used concurrently. */
export interface CommandContext {
  readonly records: Records
  readonly directory: Directory
  readonly courses: Courses
  readonly logs: SubmissionLog
  /** What somebody meant by a repository, or a `Refusal`. The terminal's also takes folders and archives. */
  readonly checkSource: (text: string, options: { readonly ref?: string }) => SourceRequest | Promise<SourceRequest>
  readonly viewQueue: ViewQueue
  readonly links: SignLinks
  /** What bounds everybody's runs, whatever their role. */
  readonly bounds: InstallationBounds
  /** The other bounds of this deployment; those of a course and of a role are added. */
  readonly limits: readonly Limit[]
  /** For commands about keys; without it there are none. */
  readonly keys?: KeysDesk
  /** Where code, results and exports are. */
  readonly store: Pick<Store, 'put' | 'get' | 'stat' | 'link' | 'delete'>
  /** How long a link that is signed now works. */
  readonly linkSeconds: number
  readonly retention: Retention
  /** What the names on an assignment's board are made with; never leaves this process. */
  readonly pseudonymKey: (course: string, assignment: string) => Buffer
  /** Says that something has changed that others have to act on: stagers, threads and couriers look at once. */
  readonly poke: () => void
  readonly logger: Logger
  /** Milliseconds since the epoch. */
  readonly now: () => number
}
