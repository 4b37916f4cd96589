import { EventEmitter } from 'node:events'
import type { Clock } from '../slack/clock.ts'
import type { Json } from './model.ts'

type FailureKind =
  /** A request that does not fit Discord's description of its API. */
  | 'request'
  /** An answer or event of this stand-in that does not fit it: a mistake in here. */
  | 'answer'
  /** No such route. */
  | 'route'
  /** Refused for a reason a correct bot avoids. */
  | 'refused'
  /** An interaction nobody answered in time. */
  | 'no-ack'
  | 'gateway'
  | 'stand-in'

/** What the bot did that the real platform would not have let pass. */
export interface Failure {
  readonly kind: FailureKind
  /** The operation, the command or the event concerned. */
  readonly subject: string
  readonly detail: string
  readonly at: number
}

/** One request of the HTTP API, in the order they came in; `status` and `answer` once it was answered. */
export interface Call {
  readonly operation: string
  readonly method: string
  readonly path: string
  readonly params: Readonly<Record<string, string>>
  readonly body: unknown
  /** Names of the files that came with it. */
  readonly files: readonly string[]
  readonly at: number
  status?: number
  answer?: unknown
  /** Whether a real limit, not a fault, answered it with 429. */
  throttled?: boolean
}

/** What the gateway saw, in order. */
export interface GatewayEvent {
  readonly kind: 'connect' | 'identify' | 'resume' | 'heartbeat' | 'close' | 'refuse'
  readonly at: number
  readonly code?: number
}

/** What happened, for the tests to look at, and the signal that something did. */
export interface Journal {
  readonly failures: Failure[]
  readonly calls: Call[]
  readonly gateway: GatewayEvent[]
  fail(kind: FailureKind, subject: string, detail: string): void
  gatewayEvent(kind: GatewayEvent['kind'], more?: { readonly code?: number }): void
  changed(): void
  /** Resolves when the predicate holds, asked again after every change; rejects after `timeoutMs` of real time. */
  until(predicate: () => boolean, timeoutMs?: number): Promise<void>
}

const summary = ({ operation, status, answer }: Call): string => {
  const { code, message }: Json = typeof answer === 'object' && answer !== null ? { ...answer } : {}
  return [operation, status ?? 'unanswered', code, message].filter((part) => part !== undefined).join(' ')
}

const createWait = (signal: EventEmitter, complaint: (predicate: () => boolean) => Error): Journal['until'] => {
  return (predicate, timeoutMs = 60_000) => {
    if (predicate()) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const done = (settle: () => void): void => {
        clearTimeout(timer)
        signal.off('change', look)
        settle()
      }
      const look = (): void => {
        if (predicate()) done(resolve)
      }
      const timer = setTimeout(() => done(() => reject(complaint(predicate))), timeoutMs)
      signal.on('change', look)
    })
  }
}

export const createJournal = (clock: Clock): Journal => {
  const signal = new EventEmitter().setMaxListeners(0)
  const failures: Failure[] = []
  const calls: Call[] = []
  const gateway: GatewayEvent[] = []
  const changed = (): void => void signal.emit('change')
  const complaint = (predicate: () => boolean): Error =>
    new Error(
      `Discord never came to ${predicate}\nlast calls:\n${calls.slice(-8).map(summary).join('\n')}\n` +
        `failures: ${JSON.stringify(failures)}`,
    )
  return {
    failures,
    calls,
    gateway,
    fail(kind, subject, detail) {
      failures.push({ kind, subject, detail, at: clock.now() })
      changed()
    },
    gatewayEvent(kind, more = {}) {
      gateway.push({ kind, at: clock.now(), ...more })
      changed()
    },
    changed,
    until: createWait(signal, complaint),
  }
}
