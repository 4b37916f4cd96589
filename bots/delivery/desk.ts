import type { CredentialKeys } from '../../core/directory/credential-keys.ts'
import type { Reach } from '../../core/enrolment/channel.ts'
import type { SourceOptions } from '../../core/source/source.ts'

/** What commands about keys work with, besides the records. */
export interface KeysDesk {
  readonly keys: CredentialKeys
  /** The chats in which a bot of this installation writes to people. */
  readonly reach: Reach
  /** Downloads a roster that somebody attached. */
  readonly openAttachment?: SourceOptions['openAttachment'] | undefined
  /** Reads a roster on this host: the terminal's. */
  readonly openFile?: ((path: string) => AsyncIterable<Buffer | string>) | undefined
}
