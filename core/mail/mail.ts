import { ProviderError, type ProviderFailure } from '../errors.ts'
import type { Template } from './template.ts'

export interface MailTemplate {
  readonly subject: Template
  readonly text: Template
  readonly html?: Template
}

export interface MailRecipient {
  /** Names this mail in the outcomes: the same id is the same mail, however often it is sent. */
  readonly id: string
  readonly address: string
  /** What the template's places show, in clear. May hold a secret. */
  readonly fields: Readonly<Record<string, string>>
}

export interface MailBatch {
  readonly template: MailTemplate
  /** At most `batchLimit`; nobody sees who the others are. An address occurs once. */
  readonly recipients: readonly MailRecipient[]
  /** Kind of mail, for the provider's statistics: letters and `-`. */
  readonly tag: string
}

export type MailOutcome =
  /** The provider took it. `message` is its own id. */
  | { readonly status: 'accepted'; readonly message: string }
  /** This recipient will never get it; the reason is for the instructor. */
  | { readonly status: 'refused'; readonly reason: string }

/** A mail that was accepted and came back. */
export interface MailFailure {
  readonly address: string
  readonly message: string
  readonly reason: string
}

/**
 * Takes mail to a provider. Methods may be called concurrently, never log, and reject with a `ProviderError`, of which
 * `MailBusy` is one. No secret is in any error.
 */
export interface Mailer {
  readonly batchLimit: number
  /**
   * One outcome a recipient, by its id; who has none got no mail, and may be tried again. Rejects only when no mail of
   * the batch was taken.
   */
  send(batch: MailBatch): Promise<ReadonlyMap<string, MailOutcome>>
  /** Why mail to this address cannot arrive; `undefined` when it may, or nobody can tell. */
  check(address: string): Promise<string | undefined>
  /** What came back since then (milliseconds since the epoch); the newest 1,000. */
  failuresSince(at: number): Promise<readonly MailFailure[]>
}

/** The provider takes no more for a while. */
export class MailBusy extends ProviderError {
  /** When it said so itself, in milliseconds. */
  readonly retryAfterMs: number | undefined

  constructor(failure: Omit<ProviderFailure, 'retryable'>, retryAfterMs?: number) {
    super({ ...failure, retryable: true })
    this.retryAfterMs = retryAfterMs
  }
}

/** A header's value: no line may end inside of it. */
export function headerText(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim()
}
