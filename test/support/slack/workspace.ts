import type { Clock } from './clock.ts'
import type { Faults } from './faults.ts'
import type { Identity } from './identity.ts'
import type { EnvelopeType, Journal } from './journal.ts'
import type { Limits } from './limits.ts'
import type { View } from './model.ts'
import type { Rates } from './rates.ts'
import type { Shapes } from './shapes.ts'
import type { State } from './state.ts'
import type { Streams } from './streams.ts'
import type { Tickets } from './tickets.ts'
import type { Upload } from './uploads.ts'

/** An event, a command or an interaction for the bot. */
export interface Envelope {
  readonly type: EnvelopeType
  readonly name: string
  readonly body: Readonly<Record<string, unknown>>
  /** Whether the acknowledgement may carry an answer. */
  readonly answerable: boolean
}

/** How an envelope was received. */
export interface Receipt {
  readonly acked: boolean
  /** Real milliseconds from sending to the acknowledgement. */
  readonly ackMs: number
  /** What the acknowledgement carried: `{}` when it was empty. */
  readonly response: Readonly<Record<string, unknown>>
}

/** The parts every method, transport and person works on. */
export interface Workspace {
  readonly baseUrl: string
  readonly clock: Clock
  readonly limits: Limits
  readonly identity: Identity
  readonly scopes: ReadonlySet<string>
  /** Event types the app subscribed to: `app_mention`, `message.channels`, … */
  readonly subscriptions: ReadonlySet<string>
  /** Slash commands the app registered. */
  readonly commands: ReadonlySet<string>
  readonly state: State
  readonly journal: Journal
  readonly rates: Rates
  readonly faults: Faults
  readonly shapes: Shapes
  readonly tickets: Tickets
  readonly streams: Streams
  readonly uploads: Map<string, Upload>
  /** The modals each person has open, the top one last. */
  readonly modals: Map<string, View[]>
  /** Methods and payloads that were used, but that no recording describes. */
  readonly unchecked: Set<string>
  /** Tokens that no longer work, with the error they meet. */
  readonly revoked: Map<string, string>
  /** A fresh Socket Mode ticket, as path and query. */
  openSocket(): string
  deliver(envelope: Envelope): Promise<Receipt>
}

/** Records each deviation of an answer or a payload from the recordings; returns nothing, the caller sends it anyway. */
export const checkShape = (
  { shapes, journal, unchecked }: Workspace,
  folder: 'api' | 'events' | 'app-backend',
  name: string,
  value: unknown,
): void => {
  const deviations = shapes.deviations(folder, name, value)
  if (deviations === undefined) unchecked.add(name)
  for (const deviation of deviations ?? []) journal.fail('shape', name, deviation)
}
