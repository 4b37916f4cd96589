import { afterEach, beforeEach, expect, it } from 'vitest'
import { removeOld } from '../../../core/oversight/retention.ts'
import { createMemoryStore } from '../../bots/memory-store.ts'
import { createWorld, succeeded, type World } from '../../bots/world.ts'

let world: World

beforeEach(async () => {
  world = await createWorld()
})

afterEach(() => world.dispose())

async function ended(): Promise<string> {
  const id = await world.queued()
  await (await world.claim()).finish('succeeded', succeeded)
  return id
}

it('deletes what is older than that, once, and lets a result say that it is gone', async () => {
  const id = await ended()
  const objects = new Map(
    ['userdata/x.tar.gz', 'userdata/build-x.tar.gz', 'userdata/log-x.txt'].map((key) => [key, Buffer.from('x')]),
  )
  const options = { records: world.records, store: createMemoryStore(objects), retention: { resultMs: 1000 } }
  expect(await removeOld({ ...options, now: () => Date.now() - 60_000 })).toBe(0)
  expect(objects.size).toBe(3)
  expect(await removeOld({ ...options, now: () => Date.now() + 60_000 })).toBe(1)
  expect([...objects.keys()]).toEqual(['userdata/x.tar.gz'])
  expect(await removeOld({ ...options, now: () => Date.now() + 60_000 })).toBe(0)
  expect((await world.submissionOf(id)).result?.build).toBeUndefined()
})

it('tries again what the store did not delete', async () => {
  await ended()
  const store = { delete: () => Promise.reject(new Error('down')) }
  const options = { records: world.records, retention: { sourceMs: 0 }, now: () => Date.now() + 60_000 }
  await expect(removeOld({ ...options, store })).rejects.toThrow('down')
  expect(await removeOld({ ...options, store: createMemoryStore() })).toBe(1)
})
