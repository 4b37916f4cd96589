import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Queue, WakeUp, WakeUpDelivery } from '../../core/queue/queue.ts'

export interface QueueHarness {
  readonly queue: Queue
  /** Makes a queue of this name where the broker needs that. */
  createQueue(name: string): Promise<void>
}

/** What every broker does. `open` is called before each test; the suite closes what it returns. */
export function describeQueue(name: string, open: () => Promise<QueueHarness>): void {
  describe(`a queue on ${name}`, () => {
    let queue: Queue
    let queueName: string
    let createQueue: QueueHarness['createQueue']

    beforeEach(async () => {
      const harness = await open()
      queue = harness.queue
      createQueue = (other) => harness.createQueue(other)
      queueName = newQueueName()
      await createQueue(queueName)
    })

    afterEach(() => queue.close())

    const wakeUp = (hint?: string): WakeUp => ({ version: 1, queue: queueName, ...(hint && { hint }) })

    async function receive(waitSeconds = 5): Promise<WakeUpDelivery> {
      const delivery = await queue.receive(queueName, { waitSeconds })
      if (delivery === undefined) throw new Error('no message came')
      return delivery
    }

    it('delivers what was sent', async () => {
      await queue.send(wakeUp('5f0c1d2e3a4b5c6d7e8f9a0b'))
      const delivery = await receive()
      expect(delivery.wakeUp).toEqual({ version: 1, queue: queueName, hint: '5f0c1d2e3a4b5c6d7e8f9a0b' })
      expect(delivery.deliveries).toBe(1)
      await delivery.done()
    })

    it('returns nothing at once when nothing waits and no wait was asked for', async () => {
      expect(await queue.receive(queueName, { waitSeconds: 0 })).toBeUndefined()
    })

    it('returns nothing when nothing came in time', async () => {
      const started = performance.now()
      expect(await queue.receive(queueName, { waitSeconds: 1 })).toBeUndefined()
      expect(performance.now() - started).toBeGreaterThan(900)
    })

    it('wakes a waiting receiver as soon as a message comes', async () => {
      const received = queue.receive(queueName, { waitSeconds: 20 })
      const started = performance.now()
      await queue.send(wakeUp())
      expect(await received).toBeDefined()
      expect(performance.now() - started).toBeLessThan(10_000)
    })

    it('hides a message while it is out, and forgets it when it is done', async () => {
      await queue.send(wakeUp())
      const delivery = await receive()
      expect(await queue.receive(queueName, { waitSeconds: 0 })).toBeUndefined()
      expect(await queue.depth(queueName)).toEqual({ waiting: 0, inFlight: 1 })
      await delivery.done()
      expect(await queue.depth(queueName)).toEqual({ waiting: 0, inFlight: 0 })
      expect(await queue.receive(queueName, { waitSeconds: 0 })).toBeUndefined()
    })

    it('delivers again, and counts, what was given back', async () => {
      await queue.send(wakeUp('again'))
      const first = await receive()
      await first.giveBack(0)
      const second = await receive()
      expect(second.wakeUp.hint).toBe('again')
      expect(second.deliveries).toBe(2)
      await second.done()
    })

    it('keeps what was given back with a delay hidden for that long', async () => {
      await queue.send(wakeUp())
      const first = await receive()
      await first.giveBack(1)
      expect(await queue.receive(queueName, { waitSeconds: 0 })).toBeUndefined()
      await (await receive()).done()
    })

    it('delivers a delayed message later', async () => {
      await queue.send(wakeUp(), { delaySeconds: 1 })
      expect(await queue.receive(queueName, { waitSeconds: 0 })).toBeUndefined()
      expect((await queue.depth(queueName)).waiting).toBe(1)
      await (await receive()).done()
    })

    it('gives each message to one of several receivers', async () => {
      const hints = Array.from({ length: 10 }, (_, index) => `hint-${index}`)
      await Promise.all(hints.map((hint) => queue.send(wakeUp(hint))))
      const deliveries = await Promise.all(hints.map(() => receive()))
      expect(deliveries.map((delivery) => delivery.wakeUp.hint).sort()).toEqual(hints)
      await Promise.all(deliveries.map((delivery) => delivery.done()))
    })

    it('keeps queues apart', async () => {
      const other = newQueueName()
      await createQueue(other)
      await queue.send(wakeUp())
      expect(await queue.receive(other, { waitSeconds: 0 })).toBeUndefined()
      expect(await queue.depth(queueName)).toEqual({ waiting: 1, inFlight: 0 })
    })

    it('stops waiting when the signal aborts', async () => {
      const controller = new AbortController()
      const received = queue.receive(queueName, { waitSeconds: 20, signal: controller.signal })
      controller.abort()
      expect(await received).toBeUndefined()
    })

    it('does not take a message with a signal that has aborted already', async () => {
      await queue.send(wakeUp())
      expect(await queue.receive(queueName, { waitSeconds: 1, signal: AbortSignal.abort() })).toBeUndefined()
      expect((await queue.depth(queueName)).waiting).toBe(1)
    })

    it('passes its check', async () => {
      await expect(queue.check(queueName)).resolves.toBeUndefined()
    })

    it('ends receives that wait when it closes, and closes twice', async () => {
      const received = queue.receive(queueName, { waitSeconds: 20 })
      await queue.close()
      await queue.close()
      expect(await received).toBeUndefined()
    })
  })
}

function newQueueName(): string {
  return `rai_${randomUUID()}`
}
