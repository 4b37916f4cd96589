import type { CommandCall } from '../commands/command.ts'
import type { Seat } from '../commands/seat.ts'
import type { KeysDesk } from './desk.ts'

/** One use of `/rai keygen`: who asks, what they work with, and the words behind the verb. */
export interface KeygenCall {
  readonly call: CommandCall
  readonly seat: Seat
  readonly desk: KeysDesk
  readonly words: readonly string[]
}
