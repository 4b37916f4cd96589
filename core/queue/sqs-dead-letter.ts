import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { z } from 'zod'
import type { QueueUrls } from './sqs-queues.ts'

export interface BadMessage {
  readonly client: SQSClient
  readonly urls: QueueUrls
  readonly queue: string
  readonly message: Message
}

const redriveSchema = z.object({ deadLetterTargetArn: z.string() })

/**
 * Takes a message that can never work out of its queue: into the queue's own dead-letter queue, else into
 * `<queue>_dead`, else away.
 */
export async function moveToDeadLetter({ client, urls, queue, message }: BadMessage): Promise<void> {
  const target = await deadLetterOf({ client, urls, queue })
  if (await urls.has(target)) {
    await urls.use('keep a bad wake-up', target, (QueueUrl) =>
      client.send(new SendMessageCommand({ QueueUrl, MessageBody: message.Body })),
    )
  }
  await urls.use('delete a bad wake-up', queue, (QueueUrl) =>
    client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle })),
  )
}

async function deadLetterOf({ client, urls, queue }: Omit<BadMessage, 'message'>): Promise<string> {
  const { Attributes: found } = await urls.use('find the dead-letter queue', queue, (QueueUrl) =>
    client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['RedrivePolicy'] })),
  )
  const policy = redriveSchema.safeParse(JSON.parse(found?.RedrivePolicy ?? '{}'))
  return policy.data?.deadLetterTargetArn.split(':').at(-1) ?? `${queue}_dead`
}
