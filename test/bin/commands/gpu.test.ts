import { hostname } from 'node:os'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import type { ClaimOptions } from '../../../core/records/claim.ts'
import { type Embedded, openEmbedded, queueName } from '../../support/embedded.ts'
import { inFolder } from './operating.ts'

let parts: Embedded
let rai: ReturnType<typeof inFolder>

beforeEach(async () => {
  parts = await openEmbedded({ host: hostname() })
  onTestFinished(() => parts.close())
  rai = inFolder(parts.folder)
})

const volta = { architecture: 'volta', memoryBytes: 16 * 1024 ** 3 }

async function announce() {
  const capabilities = { architecture: 'amd64', gpus: [volta, volta] }
  await parts.records.fleet.announce({ worker: 'w', host: 'gpu1', queues: [queueName], slots: 2, capabilities }, 60_000)
}

async function claim() {
  const devices = [{ ...volta, uuid: 'GPU-1', name: 'V100' }]
  const choose: ClaimOptions['choose'] = ({ waiting }) => waiting[0]
  const options = { queue: queueName, worker: 'w', host: 'gpu1', leaseMs: 60_000, choose }
  return await parts.records.runs.claim({ ...options, gpus: { devices, graceMs: 0 } })
}

test('gpu ls shows what the workers have, and who has which', async () => {
  expect((await rai('gpu', 'ls')).stdout).toBe('No worker that lives has a GPU.\n')
  await announce()
  expect((await rai('gpu', 'ls')).stdout).toBe('gpu1  2 × volta, 16 GiB\nNone of them is in use.\n')
  const { id } = await parts.enqueue({}, {}, {}, { gpus: 1 })
  await claim()
  expect((await rai('gpu', 'ls')).stdout).toMatch(new RegExp(`In use:\ngpu1  GPU-1  ${id}  for \\d+m?s\n$`))
})

test('gpu minutes adds up what each team had', async () => {
  expect((await rai('gpu', 'minutes')).stdout).toBe('Nobody had a GPU.\n')
  await parts.enqueue({ team: 'rocket' }, {}, {}, { gpus: 1 })
  await claim()
  expect((await rai('gpu', 'minutes', '--days', '7')).stdout).toMatch(/^ +0\.0 {2}rai {2}team rocket\n$/)
  const wrong = await rai('gpu', 'minutes', '--days', 'week')
  expect(wrong.stderr).toContain('--days takes a number of days, not week.')
})
