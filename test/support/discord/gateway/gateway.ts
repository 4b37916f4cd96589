import type { GatewayCloseCodes } from 'discord.js'
import type { Channel, Json } from '../model.ts'

interface DropOptions {
  /** Whether the session can be resumed; true unless told. */
  readonly resumable?: boolean
  /** The close code; the connection just breaks unless told. */
  readonly code?: number
}

/** The gateway, as routes and tests see it. Everything is sent at once; a session without connection keeps it. */
export interface Gateway {
  /** Sends an event to the sessions whose intents let it pass. */
  send(event: string, data: Json, place?: Channel | 'guild'): void
  /** As `send`, with another body for sessions that may not read messages. */
  sendMessage(event: string, full: Json, hidden: Json, place: Channel): void
  /** Sends the next events of this name twice, as after a session that was resumed. */
  repeatNext(event: string, times?: number): void
  /** Open, identified connections. */
  connections(): number
  /** Sessions that are connected or can still be resumed. */
  sessions(): number
  /** Breaks every connection. */
  drop(options?: DropOptions): void
  /** Asks every connection to reconnect and resume. */
  reconnect(): void
  /** Tells every connection that its session is invalid. */
  invalidate(resumable?: boolean): void
  /** Closes the next connection that identifies or resumes with this code. */
  refuseNext(code: GatewayCloseCodes | number): void
  /** No heartbeat is acknowledged from now on, or again. */
  silence(silent: boolean): void
  close(): void
}
