import { z } from 'zod'

/**
 * The wake-up message: the only thing that passes through the broker. It is a hint; the records decide.
 * Readers accept this version and the one before it.
 */
export const wakeUpSchema = z.strictObject({
  version: z.literal(1),
  /** The queue that has work, e.g. `rai_amd64`. */
  queue: z.string().min(1).max(80),
  /** The submission that caused it. The claim may well take another one. */
  hint: z.string().optional(),
})
export type WakeUp = z.infer<typeof wakeUpSchema>

/** One delivery of one message. Exactly one of its methods is called, once. */
export interface WakeUpDelivery {
  readonly wakeUp: WakeUp
  /** How often this message has been delivered, this time included; 1 where the broker cannot tell. */
  readonly deliveries: number
  /** Removes the message. Call after the claim has committed, or when nothing waited. */
  done(): Promise<void>
  /** Gives the message back, to be delivered again after `delaySeconds` (0 to 43,200). */
  giveBack(delaySeconds: number): Promise<void>
}

export interface QueueDepth {
  /** Messages that wait. Approximate on SQS. */
  readonly waiting: number
  /** Messages that are out with a receiver. Approximate on SQS. */
  readonly inFlight: number
}

/**
 * The broker, as a port. Delivers at least once, in no order.
 *
 * Every method may be called concurrently, and rejects with a `ProviderError` when the broker fails.
 */
export interface Queue {
  /** Resolves once the broker has accepted the message. Sending twice is harmless. */
  send(wakeUp: WakeUp, options?: { readonly delaySeconds?: number }): Promise<void>
  /**
   * The next message of a queue, or `undefined` when none came within `waitSeconds` (0 to 20) or `signal` aborted.
   * A message that does not fit the schema is moved to the dead-letter queue (or dropped where there is none),
   * reported to `onInvalid`, and not returned.
   */
  receive(queue: string, options: ReceiveOptions): Promise<WakeUpDelivery | undefined>
  depth(queue: string): Promise<QueueDepth>
  /** Rejects with a `ProviderError` when the broker cannot be reached or the queue is missing. */
  check(queue: string): Promise<void>
  /** Ends receives that wait. A second call does nothing. */
  close(): Promise<void>
}

export interface ReceiveOptions {
  readonly waitSeconds: number
  readonly signal?: AbortSignal
  readonly onInvalid?: (body: string, problem: string) => void
}
