import { afterEach, beforeEach, expect, it } from 'vitest'
import { Refusal } from '../../../core/errors.ts'
import { checkReachable } from '../../../core/submission/reachable.ts'
import type { Needs } from '../../../core/vocabulary.ts'
import { type Embedded, openEmbedded, queueName } from '../../support/embedded.ts'

let parts: Embedded

beforeEach(async () => {
  parts = await openEmbedded()
})

afterEach(() => parts.close())

const v100 = { architecture: 'volta', memoryBytes: 16160 * 1024 ** 2 }

async function announce(gpus: readonly object[], queue = queueName, host = 'gpu1') {
  const capabilities = { architecture: 'amd64', gpus: [...gpus] }
  await parts.records.fleet.announce({ worker: host, host, queues: [queue], slots: 1, capabilities }, 60_000)
}

async function refusal(needs: Needs): Promise<string | undefined> {
  try {
    await checkReachable(parts.records.fleet, queueName, needs)
    return undefined
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    expect(error.code).toBe('no-such-worker')
    return error.message
  }
}

it('takes GPUs that a worker of the queue has, also one that just left', async () => {
  await announce([v100, v100])
  expect(await refusal({ gpus: 2, gpuArchitecture: 'volta', gpuMemory: 16 * 1024 ** 3 })).toBeUndefined()
  await parts.records.fleet.leave('gpu1')
  expect(await refusal({ gpus: 2 })).toBeUndefined()
})

it('refuses what no machine of the queue has, and says what there is', async () => {
  expect(await refusal({ gpus: 1 })).toContain('asks for a GPU, and no machine of this queue has that')
  await announce([v100], 'other')
  expect(await refusal({ gpus: 1 })).toContain('None of them has a GPU.')
  await announce([v100, v100], queueName, 'gpu2')
  expect(await refusal({ gpus: 3, gpuArchitecture: 'hopper' })).toContain(
    'asks for 3 GPUs (hopper), and no machine of this queue has that, so it would wait for ever. They have 2 × volta, 15.7 GiB.',
  )
})

it('asks nobody for a run without GPUs', async () => {
  expect(await refusal({ architecture: 'amd64' })).toBeUndefined()
})
