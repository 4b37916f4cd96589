import { afterEach, beforeEach, expect, it } from 'vitest'
import { ProviderError } from '../../../core/errors.ts'
import { createWaker } from '../../../core/submission/waker.ts'
import { type Embedded, openEmbedded, queueName, silent } from '../../support/embedded.ts'

let parts: Embedded

beforeEach(async () => {
  parts = await openEmbedded()
})

afterEach(() => parts.close())

it('wakes each queued submission once, until it has waited for long', async () => {
  const { id } = await parts.enqueue()
  const options = { runs: parts.records.runs, queue: parts.queue, log: silent }
  await createWaker({ ...options, repeatMs: 60_000 }).wake()
  await createWaker({ ...options, repeatMs: 60_000 }).wake()
  expect(await parts.queue.depth(queueName)).toMatchObject({ waiting: 1 })
  await createWaker({ ...options, repeatMs: -1 }).wake()
  expect(await parts.queue.depth(queueName)).toMatchObject({ waiting: 2 })
  const message = await parts.queue.receive(queueName, { waitSeconds: 0 })
  expect(message?.wakeUp.hint).toBe(id)
})

it('sends again what the broker did not take', async () => {
  await parts.enqueue()
  const broken = async () => {
    throw new ProviderError({ provider: 'sqs', operation: 'send', retryable: true, cause: 'down' })
  }
  const options = { runs: parts.records.runs, log: silent, repeatMs: 60_000 }
  await createWaker({ ...options, queue: { ...parts.queue, send: broken } }).wake()
  expect(await parts.queue.depth(queueName)).toMatchObject({ waiting: 0 })
  await createWaker({ ...options, queue: parts.queue }).wake()
  expect(await parts.queue.depth(queueName)).toMatchObject({ waiting: 1 })
})
