import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import type { AwsClientOptions } from '../aws/client-options.ts'

import { type Queue, type ReceiveOptions, type WakeUp, type WakeUpDelivery, wakeUpSchema } from './queue.ts'
import { moveToDeadLetter } from './sqs-dead-letter.ts'
import { createQueueUrls, type QueueUrls, readDepth } from './sqs-queues.ts'

export interface SqsQueueOptions {
  readonly client: AwsClientOptions
  /** How long a delivery that is neither done nor given back stays hidden. A claim takes well under a second. */
  readonly visibilitySeconds?: number
}

/** SQS delays a message by 15 minutes at most; what was to be delayed longer comes early, which wake-ups may. */
const longestDelaySeconds = 900
const longestVisibilitySeconds = 43_200

/** Queues of SQS, found by their name. They are not made here: see `check`. */
export function createSqsQueue({ client: clientOptions, visibilitySeconds = 60 }: SqsQueueOptions): Queue {
  const client = new SQSClient(clientOptions)
  const urls = createQueueUrls(client, clientOptions.region)
  const closing = new AbortController()

  return {
    async send(wakeUp, { delaySeconds = 0 } = {}) {
      const DelaySeconds = Math.min(Math.max(Math.ceil(delaySeconds), 0), longestDelaySeconds)
      await urls.use('send a wake-up', wakeUp.queue, (QueueUrl) =>
        client.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(wakeUp), DelaySeconds })),
      )
    },

    async receive(queue, options) {
      const deadline = Date.now() + options.waitSeconds * 1_000
      for (let waitSeconds = options.waitSeconds; ; waitSeconds = (deadline - Date.now()) / 1_000) {
        const message = await receiveOne(queue, { ...options, waitSeconds })
        if (message === undefined) return undefined
        const wakeUp = await parseOrMove(queue, message, options)
        if (wakeUp) return toDelivery({ client, urls, visibilitySeconds }, queue, message, wakeUp)
      }
    },

    depth: (queue) => readDepth(client, urls, queue),

    async check(queue) {
      await readDepth(client, urls, queue)
    },

    async close() {
      closing.abort()
      client.destroy()
    },
  }

  async function receiveOne(queue: string, { waitSeconds, signal }: ReceiveOptions): Promise<Message | undefined> {
    if (closing.signal.aborted || signal?.aborted) return undefined
    const aborting = new AbortController()
    const abort = () => aborting.abort()
    const sources = signal ? [signal, closing.signal] : [closing.signal]
    for (const source of sources) source.addEventListener('abort', abort, { once: true })
    try {
      const { Messages: messages = [] } = await urls.use('receive a wake-up', queue, (QueueUrl) =>
        client.send(
          new ReceiveMessageCommand({
            QueueUrl,
            MaxNumberOfMessages: 1,
            WaitTimeSeconds: Math.min(Math.max(Math.ceil(waitSeconds), 0), 20),
            VisibilityTimeout: visibilitySeconds,
            MessageSystemAttributeNames: ['ApproximateReceiveCount'],
          }),
          { abortSignal: aborting.signal },
        ),
      )
      return messages[0]
    } catch (error) {
      if (aborting.signal.aborted) return undefined
      throw error
    } finally {
      for (const source of sources) source.removeEventListener('abort', abort)
    }
  }

  async function parseOrMove(queue: string, message: Message, { onInvalid }: ReceiveOptions) {
    const body = message.Body ?? ''
    const parsed = parseWakeUp(body)
    if (typeof parsed !== 'string') return parsed
    await moveToDeadLetter({ client, urls, queue, message })
    onInvalid?.(body, parsed)
    return undefined
  }
}

/** The problem, when it is none. */
function parseWakeUp(body: string): WakeUp | string {
  try {
    const { data, error } = wakeUpSchema.safeParse(JSON.parse(body))
    return data ?? error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ') ?? 'not valid'
  } catch {
    return 'not JSON'
  }
}

interface Sqs {
  readonly client: SQSClient
  readonly urls: QueueUrls
  readonly visibilitySeconds: number
}

function toDelivery({ client, urls }: Sqs, queue: string, message: Message, wakeUp: WakeUp): WakeUpDelivery {
  const { ReceiptHandle } = message
  const receivedAt = Date.now()
  return {
    wakeUp,
    deliveries: Number(message.Attributes?.ApproximateReceiveCount ?? 1),
    async done() {
      await urls.use('delete a wake-up', queue, (QueueUrl) =>
        client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle })),
      )
    },
    async giveBack(delaySeconds) {
      // The limit counts from when the message was received.
      const longest = longestVisibilitySeconds - Math.ceil((Date.now() - receivedAt) / 1_000)
      const VisibilityTimeout = Math.min(Math.max(Math.ceil(delaySeconds), 0), longest)
      await urls.use('give a wake-up back', queue, (QueueUrl) =>
        client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout })),
      )
    },
  }
}
