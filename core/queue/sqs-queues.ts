import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type QueueAttributeName,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { awsErrorName, awsFailure } from '../aws/failure.ts'
import { ProviderError } from '../errors.ts'
import type { QueueDepth } from './queue.ts'

/** The queues' URLs, asked for once. */
export interface QueueUrls {
  /** Calls with the URL of a queue; what is thrown becomes a `ProviderError`. */
  use<Result>(operation: string, queue: string, act: (url: string) => Promise<Result>): Promise<Result>
  has(queue: string): Promise<boolean>
}

export function createQueueUrls(client: SQSClient, region: string): QueueUrls {
  const known = new Map<string, string>()

  async function urlOf(queue: string): Promise<string> {
    const url = known.get(queue) ?? (await client.send(new GetQueueUrlCommand({ QueueName: queue }))).QueueUrl
    if (url === undefined) throw new Error(`no URL for the queue ${queue}`)
    known.set(queue, url)
    return url
  }

  return {
    async has(queue) {
      try {
        return (await urlOf(queue)) !== ''
      } catch (thrown) {
        if (isMissing(thrown)) return false
        throw awsFailure('sqs', 'find a queue', thrown)
      }
    },

    async use(operation, queue, act) {
      try {
        return await act(await urlOf(queue))
      } catch (thrown) {
        if (!isMissing(thrown)) throw awsFailure('sqs', operation, thrown)
        // It may be made again, elsewhere.
        known.delete(queue)
        throw new ProviderError({ provider: 'sqs', operation, retryable: false, cause: missing(queue, region, thrown) })
      }
    },
  }
}

function isMissing(thrown: unknown): boolean {
  return /QueueDoesNotExist|NonExistentQueue/.test(awsErrorName(thrown) ?? '')
}

function missing(queue: string, region: string, cause: unknown): Error {
  const command = `aws sqs create-queue --region ${region} --queue-name ${queue}`
  return new Error(`the queue ${queue} does not exist in ${region}; create it with "${command}"`, { cause })
}

/** Both numbers are approximate. */
export async function readDepth(client: SQSClient, urls: QueueUrls, queue: string): Promise<QueueDepth> {
  const { Attributes: found = {} } = await urls.use('count wake-ups', queue, (QueueUrl) =>
    client.send(
      new GetQueueAttributesCommand({
        QueueUrl,
        AttributeNames: [
          'ApproximateNumberOfMessages',
          'ApproximateNumberOfMessagesDelayed',
          'ApproximateNumberOfMessagesNotVisible',
        ],
      }),
    ),
  )
  const count = (name: QueueAttributeName) => Number(found[name] ?? 0)
  return {
    waiting: count('ApproximateNumberOfMessages') + count('ApproximateNumberOfMessagesDelayed'),
    inFlight: count('ApproximateNumberOfMessagesNotVisible'),
  }
}
