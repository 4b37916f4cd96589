import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { buildApp } from 'fauxqs'
import { awsClientOptions } from '../../../core/aws/client-options.ts'

export interface SqsAccess {
  readonly endpoint: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

export interface SqsService {
  /** Plain data. */
  readonly access: SqsAccess
  /** Makes a queue; `deadLetterAfter` deliveries move a message to `<name>_dead`, which is made as well. */
  createQueue(name: string, options?: { readonly deadLetterAfter?: number }): Promise<void>
  stop(): Promise<void>
}

/** An SQS emulator in this process, on loopback. It does not check credentials. */
export async function startSqs(): Promise<SqsService> {
  const app = buildApp({ logger: false })
  const endpoint = await app.listen({ host: '127.0.0.1', port: 0 })
  const access = { endpoint, region: 'us-east-1', accessKeyId: 'test', secretAccessKey: 'test' }
  return {
    access,
    createQueue: (name, options) => createSqsTestQueue(access, name, options),
    async stop() {
      // Its long polls would keep it open for their whole time.
      app.server.closeAllConnections()
      await app.close()
    },
  }
}

/** The same from a process that only knows the address. */
export async function createSqsTestQueue(
  access: SqsAccess,
  name: string,
  { deadLetterAfter }: { readonly deadLetterAfter?: number } = {},
): Promise<void> {
  const client = new SQSClient(awsClientOptions(access))
  try {
    const redrive = deadLetterAfter === undefined ? undefined : await createDeadLetter(client, `${name}_dead`)
    const policy = redrive && JSON.stringify({ deadLetterTargetArn: redrive, maxReceiveCount: deadLetterAfter })
    await client.send(
      new CreateQueueCommand({ QueueName: name, ...(policy && { Attributes: { RedrivePolicy: policy } }) }),
    )
  } finally {
    client.destroy()
  }
}

async function createDeadLetter(client: SQSClient, name: string): Promise<string> {
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: name }))
  const { Attributes: found } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  )
  if (found?.QueueArn === undefined) throw new Error('the queue has no ARN')
  return found.QueueArn
}
