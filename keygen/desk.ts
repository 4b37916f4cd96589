import type { CredentialKeys } from '../core/directory/credential-keys.ts'
import type { Reach } from '../core/enrolment/channel.ts'
import type { Mailer } from '../core/mail/mail.ts'
import type { Records } from '../core/records/records.ts'

/** Shows how far something is; on anything but a terminal, nothing. */
export interface Progress {
  update(done: number, all: number): void
  end(): void
}

/** All that the commands work with. */
export interface Desk {
  readonly records: Records
  readonly keys: CredentialKeys
  readonly mailer: Mailer
  /** The folder that mails stay in, where none leaves this host. */
  readonly outbox?: string
  /** The chats in which a bot can write to people. */
  readonly reach: Reach
  readonly courses: readonly string[]
  /** The course of whatever names none. */
  readonly course: string
  /** How long an enrolment code works, in milliseconds. */
  readonly codeTimeMs: number
  /** Who does it, for the audit trail. */
  readonly actor: string
  readonly signal: AbortSignal
  /** One line of the result. */
  say(line: string): void
  /** One line about it. */
  warn(line: string): void
  progress(label: string): Progress
  /** Asks a person; `undefined` where nobody is there to answer. */
  confirm(question: string): Promise<boolean | undefined>
}
