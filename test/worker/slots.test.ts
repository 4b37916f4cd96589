import { expect, it } from 'vitest'
import { createSlots, type Slot } from '../../worker/slots.ts'

const never = new AbortController().signal

async function given(promise: Promise<Slot | undefined>): Promise<Slot> {
  const slot = await promise
  if (slot === undefined) throw new Error('no slot')
  return slot
}

/** Runs one after the other, every queue having work all the time. */
async function served(queues: readonly string[], weights: ReadonlyMap<string, number>, turns: number) {
  const slots = createSlots(1, weights)
  const counts = new Map(queues.map((queue) => [queue, 0]))
  const blocker = await given(slots.take('blocker', never))
  const asking = new Map(queues.map((queue) => [queue, slots.take(queue, never)]))
  blocker.release()
  for (let turn = 0; turn < turns; turn += 1) {
    const [queue, slot] = await Promise.race(
      [...asking].map(async ([name, promise]) => [name, await given(promise)] as const),
    )
    slot.use()
    counts.set(queue, (counts.get(queue) ?? 0) + 1)
    asking.set(queue, slots.take(queue, never))
    slot.release()
  }
  return counts
}

it('gives no more slots than there are, and one that comes back to who waits', async () => {
  const slots = createSlots(2)
  const first = await given(slots.take('a', never))
  await slots.take('a', never)
  let got = false
  const third = slots.take('a', never).then(() => (got = true))
  await Promise.resolve()
  expect(got).toBe(false)
  first.release()
  first.release()
  await third
  let more = false
  void slots.take('a', never).then(() => (more = true))
  await Promise.resolve()
  expect(more).toBe(false)
})

it('shares them by the weights of the queues that have work', async () => {
  expect(await served(['a', 'b'], new Map(), 20)).toEqual(
    new Map([
      ['a', 10],
      ['b', 10],
    ]),
  )
  const counts = await served(['a', 'b'], new Map([['a', 3]]), 40)
  expect(counts).toEqual(
    new Map([
      ['a', 30],
      ['b', 10],
    ]),
  )
})

it('lets a queue that had nothing to run make up for nothing', async () => {
  const slots = createSlots(1)
  for (let turn = 0; turn < 10; turn += 1) {
    const slot = await given(slots.take('busy', never))
    slot.use()
    slot.release()
  }
  const order: string[] = []
  const blocker = await given(slots.take('busy', never))
  const ask = async (queue: string) => {
    const slot = await given(slots.take(queue, never))
    order.push(queue)
    slot.use()
    slot.release()
    if (order.length < 6) await ask(queue)
  }
  const asking = [ask('idle'), ask('busy')]
  blocker.release()
  await Promise.all(asking)
  expect(order.slice(0, 4).filter((queue) => queue === 'busy')).toHaveLength(2)
})

it('stops waiting when it is told to', async () => {
  const slots = createSlots(0)
  const stop = new AbortController()
  const waiting = slots.take('a', stop.signal)
  stop.abort()
  expect(await waiting).toBeUndefined()
  expect(await slots.take('a', stop.signal)).toBeUndefined()
})
