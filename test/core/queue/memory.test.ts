import { expect, it } from 'vitest'
import { createMemoryQueue } from '../../../core/queue/memory.ts'
import type { WakeUp } from '../../../core/queue/queue.ts'
import { describeQueue } from '../../contracts/queue.ts'

describeQueue('memory', async () => ({ queue: createMemoryQueue(), createQueue: async () => {} }))

const wakeUp: WakeUp = { version: 1, queue: 'rai_amd64' }

it('refuses more messages than it may hold', async () => {
  const queue = createMemoryQueue({ maxWaiting: 2 })
  await queue.send(wakeUp)
  await queue.send(wakeUp, { delaySeconds: 60 })
  await expect(queue.send(wakeUp)).rejects.toMatchObject({ name: 'ProviderError', retryable: true })
  await queue.close()
})

it('does not bring a message back that was done', async () => {
  const queue = createMemoryQueue()
  await queue.send(wakeUp)
  const delivery = await queue.receive('rai_amd64', { waitSeconds: 0 })
  await delivery?.done()
  await delivery?.giveBack(0)
  expect(await queue.depth('rai_amd64')).toEqual({ waiting: 0, inFlight: 0 })
  await queue.close()
})

it('refuses to send after it was closed', async () => {
  const queue = createMemoryQueue()
  await queue.close()
  await expect(queue.send(wakeUp)).rejects.toMatchObject({ name: 'ProviderError', retryable: false })
})
