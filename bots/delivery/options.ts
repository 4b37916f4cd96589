import type { CredentialKeys } from '../../core/directory/credential-keys.ts'
import type { Directory } from '../../core/directory/directory.ts'
import type { Reach } from '../../core/enrolment/channel.ts'
import type { Logger } from '../../core/logger/logger.ts'
import type { Records } from '../../core/records/records.ts'
import type { Budget } from '../budget.ts'
import type { Chat } from '../chat.ts'

/** Who has a roster's address in this workspace. Rejects with a `ChatError`. */
export type FindPerson = (address: string) => Promise<string | undefined>

export interface CourierOptions {
  readonly records: Records
  readonly directory: Directory
  readonly chat: Chat
  /** Absent: this chat sends no direct messages. */
  readonly findPerson?: FindPerson | undefined
  readonly budgets: { readonly edits: Budget; readonly posts: Budget }
  readonly keys: CredentialKeys
  readonly reach: Reach
  /** This process among all. */
  readonly owner: string
  readonly logger: Logger
  /** How long a button reveals keys. */
  readonly offerMs?: number
  /** How long who takes no direct messages has to talk to the bot, before their keys go another way. */
  readonly graceMs?: number
  readonly pollMs?: number
  readonly leaseMs?: number
}

const day = 86_400_000
/** How long a roster waits for its confirmation. */
export const draftMs = 3_600_000

export const courierDefaults = { offerMs: 7 * day, graceMs: day, pollMs: 3_000, leaseMs: 15_000 } as const
