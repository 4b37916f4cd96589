import { EventEmitter } from 'node:events'
import type { Clock } from './clock.ts'

/** What the bot did that the real platform would not have let pass. */
export type FailureKind =
  | 'no-ack'
  | 'bad-ack'
  | 'unknown-method'
  | 'bad-token'
  | 'missing-scope'
  | 'throttled'
  | 'bad-arguments'
  | 'refused'
  | 'response-url'
  | 'file-access'
  | 'shape'

export interface Failure {
  readonly kind: FailureKind
  /** The method, the command or the event concerned. */
  readonly subject: string
  readonly detail: string
  readonly at: number
}

/** A call of the Web API, in the order they came in; `answer` once it was given. */
export interface Call {
  readonly method: string
  readonly args: Readonly<Record<string, unknown>>
  readonly at: number
  status?: number
  answer?: Readonly<Record<string, unknown>>
}

/** One envelope: an event, a command or an interaction on its way to the bot. */
export interface Delivery {
  readonly type: EnvelopeType
  /** `/rai`, `block_actions`, `app_mention`, … */
  readonly name: string
  readonly at: number
  attempts: number
  acked: boolean
  /** Real time from sending to the acknowledgement, even when that came too late. */
  ackMs?: number
}

export type EnvelopeType = 'events_api' | 'slash_commands' | 'interactive'

/** What happened, for the tests to look at, and the signal that something did. */
export interface Journal {
  readonly failures: Failure[]
  readonly calls: Call[]
  readonly deliveries: Delivery[]
  fail(kind: FailureKind, subject: string, detail: string): void
  changed(): void
  /** Resolves when the predicate holds, asked again after every change; rejects after `timeoutMs` of real time. */
  until(predicate: () => boolean, timeoutMs?: number): Promise<void>
}

export const createJournal = (clock: Clock): Journal => {
  const signal = new EventEmitter().setMaxListeners(0)
  const failures: Failure[] = []
  const calls: Call[] = []
  const changed = (): void => void signal.emit('change')
  const complaint = (predicate: () => boolean): Error => {
    const last = calls.slice(-5).map(({ method, answer }) => `${method} ${JSON.stringify(answer)?.slice(0, 120)}`)
    return new Error(
      `Slack never came to ${predicate}\nlast calls: ${last.join('\n')}\nfailures: ${JSON.stringify(failures)}`,
    )
  }
  return {
    failures,
    calls,
    deliveries: [],
    fail(kind, subject, detail) {
      failures.push({ kind, subject, detail, at: clock.now() })
      changed()
    },
    changed,
    until(predicate, timeoutMs = 60_000) {
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
    },
  }
}
