import { randomUUID } from 'node:crypto'
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, afterEach, expect, it } from 'vitest'
import { awsClientOptions } from '../../../core/aws/client-options.ts'
import type { Queue } from '../../../core/queue/queue.ts'
import { createSqsQueue } from '../../../core/queue/sqs.ts'
import { describeQueue } from '../../contracts/queue.ts'
import { service } from '../../support/service.ts'
import { createSqsTestQueue } from '../../support/services/sqs.ts'

const sqs = service('sqs')
const client = awsClientOptions(sqs)
const admin = new SQSClient(client)
const opened: Queue[] = []

afterEach(async () => {
  await Promise.all(opened.splice(0).map((queue) => queue.close()))
})

afterAll(() => admin.destroy())

function open(): Queue {
  const queue = createSqsQueue({ client })
  opened.push(queue)
  return queue
}

async function sendRaw(queue: string, body: string): Promise<void> {
  const { QueueUrl } = await admin.send(new GetQueueUrlCommand({ QueueName: queue }))
  await admin.send(new SendMessageCommand({ QueueUrl, MessageBody: body }))
}

describeQueue('SQS', async () => ({ queue: open(), createQueue: (name) => createSqsTestQueue(sqs, name) }))

const badBodies = [
  'not json',
  '{}',
  '{"version":2,"queue":"q"}',
  '{"version":1,"queue":"q","job":"rm -rf"}',
  '[]',
  '""',
]

it.each(badBodies)('moves %j to the dead-letter queue, reports it, and goes on with the next', async (body) => {
  const name = `rai_${randomUUID()}`
  await createSqsTestQueue(sqs, name, { deadLetterAfter: 5 })
  const queue = open()
  const reported: string[][] = []
  const onInvalid = (...report: string[]) => reported.push(report)
  await sendRaw(name, body)
  const received = queue.receive(name, { waitSeconds: 10, onInvalid })
  await expect.poll(() => queue.depth(`${name}_dead`)).toEqual({ waiting: 1, inFlight: 0 })
  await queue.send({ version: 1, queue: name })
  expect((await received)?.wakeUp).toEqual({ version: 1, queue: name })
  expect(reported).toEqual([[body, expect.stringMatching(/./)]])
  expect((await queue.depth(name)).waiting).toBe(0)
})

it('uses a queue named after it where the queue has no dead-letter queue', async () => {
  const name = `rai_${randomUUID()}`
  await createSqsTestQueue(sqs, name)
  await createSqsTestQueue(sqs, `${name}_dead`)
  const queue = open()
  await sendRaw(name, 'bad')
  expect(await queue.receive(name, { waitSeconds: 1 })).toBeUndefined()
  expect(await queue.depth(`${name}_dead`)).toEqual({ waiting: 1, inFlight: 0 })
})

it('drops a bad message where nothing can take it', async () => {
  const name = `rai_${randomUUID()}`
  await createSqsTestQueue(sqs, name)
  const queue = open()
  await sendRaw(name, 'bad')
  let reports = 0
  expect(
    await queue.receive(name, {
      waitSeconds: 1,
      onInvalid: () => {
        reports += 1
      },
    }),
  ).toBeUndefined()
  expect(reports).toBe(1)
  expect(await queue.depth(name)).toEqual({ waiting: 0, inFlight: 0 })
})

it('names a queue that is missing, and how to make it', async () => {
  const queue = open()
  const failed = {
    name: 'ProviderError',
    provider: 'sqs',
    retryable: false,
    message: expect.stringContaining('create-queue --region us-east-1 --queue-name rai_missing'),
  }
  await expect(queue.check('rai_missing')).rejects.toMatchObject(failed)
  await expect(queue.send({ version: 1, queue: 'rai_missing' })).rejects.toMatchObject(failed)
  await expect(queue.receive('rai_missing', { waitSeconds: 1 })).rejects.toMatchObject(failed)
})

it('finds a queue that was made after it was missed', async () => {
  const name = `rai_${randomUUID()}`
  const queue = open()
  await expect(queue.check(name)).rejects.toThrow()
  await createSqsTestQueue(sqs, name)
  await expect(queue.check(name)).resolves.toBeUndefined()
})

it('clamps a delay to what SQS can do', async () => {
  const name = `rai_${randomUUID()}`
  await createSqsTestQueue(sqs, name)
  const queue = open()
  await queue.send({ version: 1, queue: name }, { delaySeconds: 40_000 })
  expect((await queue.depth(name)).waiting).toBe(1)
})

it('calls an SQS that is away a passing trouble', async () => {
  const away = createSqsQueue({ client: { ...client, endpoint: 'http://127.0.0.1:9', maxAttempts: 1 } })
  await expect(away.check('rai_amd64')).rejects.toMatchObject({
    name: 'ProviderError',
    provider: 'sqs',
    retryable: true,
  })
  await away.close()
})
