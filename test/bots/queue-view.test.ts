import { afterEach, beforeEach, expect, it } from 'vitest'
import { createViewQueue } from '../../bots/queue-view.ts'
import type { Needs } from '../../core/vocabulary.ts'
import { type Embedded, openEmbedded, queueName } from '../support/embedded.ts'

let parts: Embedded

beforeEach(async () => {
  parts = await openEmbedded()
})

afterEach(() => parts.close())

async function waiting(account: string, needs: Needs, course = 'rai'): Promise<string> {
  return (await parts.enqueue({ account, course }, {}, {}, needs)).id
}

async function announce(host: string, architecture: string) {
  const capabilities = { architecture, gpus: [] }
  await parts.records.fleet.announce({ worker: host, host, queues: [queueName], slots: 1, capabilities }, 60_000)
}

it('counts as before somebody only what the same machines could run', async () => {
  const { lookup, fleet } = parts.records
  await waiting('ada', { architecture: 'amd64' })
  await waiting('bob', { architecture: 'amd64' })
  const arm = await waiting('eve', { architecture: 'arm64' })
  const position = async () => (await createViewQueue({ lookup, fleet })(queueName)).turnOf(arm)?.position
  expect(await position()).toBe(3)
  await announce('one', 'amd64')
  await announce('two', 'arm64')
  expect(await position()).toBe(1)
})

it('counts with the weights that the courses have now', async () => {
  const { lookup } = parts.records
  for (const account of ['ada', 'bob', 'eve']) await waiting(account, {}, 'large')
  const last = await waiting('ida', {}, 'small')
  let weights = new Map([['large', 3]])
  const viewQueue = createViewQueue({ lookup, weights: () => weights })
  const position = async () => (await viewQueue(queueName)).turnOf(last)?.position
  const heavy = await position()
  weights = new Map([['small', 3]])
  expect(await position()).toBeLessThanOrEqual(heavy ?? 0)
  expect(heavy).toBeGreaterThan(1)
})
