import type { Oversight } from '../../../core/oversight/permission.ts'
import type { CommandCall } from '../command.ts'
import type { Answer } from '../request.ts'
import type { Seat } from '../seat.ts'

/** One use of `/rai staff <verb> …`: its words are those behind the verb. */
export interface StaffCall extends CommandCall {
  readonly seat: Seat
}

/** Something that only the staff of a course do. The command checks who asks, and writes down that they did. */
export interface StaffVerb {
  readonly name: string
  readonly usage: string
  /** One sentence without a full stop. */
  readonly summary: string
  readonly needs: Oversight
  readonly run: (call: StaffCall) => Promise<Answer>
}
