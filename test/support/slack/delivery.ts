import type { Clock } from './clock.ts'
import type { Delivery, Journal } from './journal.ts'
import type { Limits } from './limits.ts'
import type { Envelope, Receipt } from './workspace.ts'

/** Which attempt this is, and why there is more than one. */
export interface Attempt {
  readonly number: number
  readonly reason: 'timeout' | 'connection_failed' | undefined
}

/**
 * A way to the bot. Resolves with what the acknowledgement carried, whenever it comes; `undefined` when nobody is
 * there, or the connection broke first.
 */
export type Transport = (envelope: Envelope, attempt: Attempt) => Promise<Readonly<Record<string, unknown>> | undefined>

interface Needs {
  readonly clock: Clock
  readonly limits: Limits
  readonly journal: Journal
  /** The way that is in use now. */
  readonly transport: () => Transport
}

const lost: Receipt = { acked: false, ackMs: Number.POSITIVE_INFINITY, response: {} }

type Outcome = Receipt | 'timeout' | 'connection_failed'

/**
 * Sends once. The deadline is real time, whatever a test adds to the clock: a bot answers in real time too. An
 * acknowledgement after it still shows in the delivery, but nobody acts on it.
 */
const sendOnce = (needs: Needs, envelope: Envelope, delivery: Delivery, attempt: Attempt): Promise<Outcome> => {
  const { limits, journal, transport } = needs
  const started = performance.now()
  return new Promise((resolve) => {
    const late = setTimeout(() => resolve('timeout'), limits.ackMs).unref()
    const settle = (response: Readonly<Record<string, unknown>> | undefined): void => {
      clearTimeout(late)
      const ackMs = performance.now() - started
      if (response) Object.assign(delivery, { acked: true, ackMs })
      resolve(response ? { acked: true, ackMs, response } : 'connection_failed')
      journal.changed()
    }
    transport()(envelope, attempt).then(settle, () => settle(undefined))
  })
}

export interface Deliverer {
  /**
   * Delivers as the platform does: an event that fails is sent again after each of `limits.redeliverMs`; a command or
   * an interaction has one chance, and the person is told that it failed. The receipt is the first attempt's.
   */
  deliver(envelope: Envelope): Promise<Receipt>
  repeatNext(times?: number): void
}

export const createDelivery = (needs: Needs): Deliverer => {
  const { clock, limits, journal } = needs
  let repeats = 0
  const again = (envelope: Envelope, delivery: Delivery, number: number, reason: Attempt['reason']): void => {
    const wait = envelope.type === 'events_api' ? limits.redeliverMs[number - 1] : undefined
    if (wait === undefined) return
    clock.after(wait, () => void attempt(envelope, delivery, { number, reason }))
  }
  const attempt = async (envelope: Envelope, delivery: Delivery, which: Attempt): Promise<Receipt> => {
    delivery.attempts += 1
    const outcome = await sendOnce(needs, envelope, delivery, which)
    if (typeof outcome === 'object') return outcome
    again(envelope, delivery, which.number + 1, outcome)
    if (outcome === 'timeout')
      journal.fail('no-ack', envelope.name, `nothing within ${limits.ackMs} ms (attempt ${which.number})`)
    journal.changed()
    return lost
  }
  return {
    deliver(envelope) {
      const { type, name } = envelope
      const delivery: Delivery = { type, name, at: clock.now(), attempts: 0, acked: false }
      journal.deliveries.push(delivery)
      const receipt = attempt(envelope, delivery, { number: 0, reason: undefined })
      if (repeats > 0) {
        repeats -= 1
        void attempt(envelope, delivery, { number: 1, reason: 'timeout' })
      }
      return receipt
    },
    repeatNext(times = 1) {
      repeats += times
    },
  }
}
