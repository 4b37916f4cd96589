import { ProviderError } from '../errors.ts'
import type { Queue, QueueDepth, ReceiveOptions, WakeUp, WakeUpDelivery } from './queue.ts'

export interface MemoryQueueOptions {
  /** Messages that may wait in one queue, delayed ones included. More are refused. */
  readonly maxWaiting?: number
}

interface Message {
  readonly wakeUp: WakeUp
  deliveries: number
}

/** Takes a message if it still wants one. */
type Receiver = (message: Message | undefined) => void

interface Channel {
  readonly ready: Message[]
  readonly delayed: Set<NodeJS.Timeout>
  readonly receivers: Set<Receiver>
  inFlight: number
}

/**
 * A broker inside this process. What it holds is gone with the process: whoever starts it sends again, from the
 * records, what waits. A message that was received stays out until `done` or `giveBack`, however long that takes.
 */
export function createMemoryQueue({ maxWaiting = 100_000 }: MemoryQueueOptions = {}): Queue {
  const channels = new Map<string, Channel>()
  let closed = false

  function channelOf(queue: string): Channel {
    const channel = channels.get(queue) ?? { ready: [], delayed: new Set(), receivers: new Set(), inFlight: 0 }
    channels.set(queue, channel)
    return channel
  }

  return {
    async send(wakeUp, { delaySeconds = 0 } = {}) {
      const channel = channelOf(wakeUp.queue)
      if (closed || waiting(channel) >= maxWaiting) {
        throw refuseToSend(closed ? 'it was closed' : `${maxWaiting} messages wait already`, !closed)
      }
      deliverLater(channel, { wakeUp, deliveries: 0 }, delaySeconds)
    },

    async receive(queue, options) {
      if (closed || options.signal?.aborted) return undefined
      const channel = channelOf(queue)
      const message = channel.ready.shift() ?? (await nextMessage(channel, options))
      return message && toDelivery(channel, message)
    },

    async depth(queue): Promise<QueueDepth> {
      const channel = channelOf(queue)
      return { waiting: waiting(channel), inFlight: channel.inFlight }
    },

    async check() {},

    async close() {
      closed = true
      for (const channel of channels.values()) closeChannel(channel)
    },
  }
}

function waiting({ ready, delayed }: Channel): number {
  return ready.length + delayed.size
}

function deliverLater(channel: Channel, message: Message, delaySeconds: number): void {
  if (delaySeconds <= 0) {
    deliver(channel, message)
    return
  }
  const timer = setTimeout(() => {
    channel.delayed.delete(timer)
    deliver(channel, message)
  }, delaySeconds * 1000)
  channel.delayed.add(timer.unref())
}

function deliver(channel: Channel, message: Message): void {
  const [receiver] = channel.receivers
  if (receiver === undefined) channel.ready.push(message)
  else receiver(message)
}

function nextMessage(channel: Channel, { waitSeconds, signal }: ReceiveOptions): Promise<Message | undefined> {
  if (waitSeconds <= 0) return Promise.resolve(undefined)
  return new Promise((resolve) => {
    const receiver: Receiver = (message) => {
      channel.receivers.delete(receiver)
      clearTimeout(timer)
      signal?.removeEventListener('abort', giveUp)
      resolve(message)
    }
    const giveUp = () => receiver(undefined)
    const timer = setTimeout(giveUp, waitSeconds * 1000)
    signal?.addEventListener('abort', giveUp, { once: true })
    channel.receivers.add(receiver)
  })
}

function toDelivery(channel: Channel, message: Message): WakeUpDelivery {
  channel.inFlight += 1
  message.deliveries += 1
  let settled = false
  // A second call must not give a message back that another receiver holds or that is done.
  const settle = (then: () => void) => {
    if (settled) return
    settled = true
    channel.inFlight -= 1
    then()
  }
  return {
    wakeUp: message.wakeUp,
    deliveries: message.deliveries,
    done: async () => settle(() => {}),
    giveBack: async (delaySeconds) => settle(() => deliverLater(channel, message, delaySeconds)),
  }
}

function closeChannel({ receivers, delayed }: Channel): void {
  for (const receiver of receivers) receiver(undefined)
  for (const timer of delayed) clearTimeout(timer)
  delayed.clear()
}

function refuseToSend(reason: string, retryable: boolean): ProviderError {
  return new ProviderError({ provider: 'memory', operation: 'send a wake-up', retryable, cause: new Error(reason) })
}
