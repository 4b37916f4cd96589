import type { Clock } from '../slack/clock.ts'
import type { Faults } from './faults.ts'
import type { Gateway } from './gateway/gateway.ts'
import type { Identity } from './identity.ts'
import type { Journal } from './journal.ts'
import type { Limits } from './limits.ts'
import type { Choice } from './model.ts'
import type { Rates } from './rates.ts'
import type { Specification } from './spec/specification.ts'
import type { State } from './state.ts'

/** The parts of the stand-in that know each other. */
export interface World {
  readonly baseUrl: string
  readonly clock: Clock
  readonly limits: Limits
  readonly identity: Identity
  readonly journal: Journal
  readonly faults: Faults
  readonly rates: Rates
  readonly state: State
  readonly specification: Specification
  readonly gateway: Gateway
  /** What the developer portal grants: whether people's words reach the bot. */
  readonly portal: { messageContent: boolean; members: boolean; presences: boolean; token: boolean }
  /** Who waits for an interaction to be answered, by its id. */
  readonly waiting: Map<string, () => void>
  /** What autocompletes were answered with, by interaction. */
  readonly choices: Map<string, readonly Choice[]>
}
