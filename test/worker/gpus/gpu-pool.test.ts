import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openGpuPool } from '../../../worker/gpus/gpu-pool.ts'
import { createNvidiaSmi } from '../../../worker/gpus/nvidia-smi.ts'
import { createFakeNvidiaSmi, fakeGpu } from '../../support/nvidia-smi.ts'

let folder: string
let lines: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rai-gpus-'))
  lines = ''
})

afterEach(() => rm(folder, { recursive: true }))

const two = [fakeGpu('GPU-1'), fakeGpu('GPU-2', { name: 'Tesla P100', compute_cap: '6.0', 'memory.total': '12198' })]

async function open(state: Parameters<typeof createFakeNvidiaSmi>[1]) {
  const { program, set } = await createFakeNvidiaSmi(folder, state)
  const log = pino({}, { write: (line: string) => (lines += line) })
  const pool = await openGpuPool(createNvidiaSmi(program), log)
  if (pool === undefined) throw new Error('no GPUs')
  const offered = () => pool.offered().map(({ uuid }) => uuid)
  return { pool, set, offered }
}

it('finds the GPUs with their architecture and memory', async () => {
  const { pool } = await open({ gpus: two })
  expect(pool.offered()).toEqual([
    { uuid: 'GPU-1', name: 'Tesla V100-SXM2-16GB', architecture: 'volta', memoryBytes: 16160 * 1024 * 1024 },
    { uuid: 'GPU-2', name: 'Tesla P100', architecture: 'pascal', memoryBytes: 12198 * 1024 * 1024 },
  ])
  expect(lines).not.toContain('persistence mode is off')
})

it('has no GPUs where there is no such program', async () => {
  expect(await openGpuPool(createNvidiaSmi(join(folder, 'none')), pino({ level: 'silent' }))).toBeUndefined()
})

it('says so when persistence mode is off', async () => {
  await open({ gpus: [fakeGpu('GPU-1', { persistence_mode: 'Disabled' })] })
  expect(lines).toContain('persistence mode is off')
})

it('works with a driver that knows fewer fields', async () => {
  const unknown = ['compute_cap', 'mig.mode.current']
  const { pool } = await open({ gpus: two, unknown })
  expect(pool.offered().map(({ architecture }) => architecture)).toEqual([undefined, undefined])
  expect(lines).toContain('does not say what these GPUs are')
})

it('takes out a GPU that is sick, says so once, and offers it again when it is well', async () => {
  const { pool, set, offered } = await open({ gpus: two })
  await set({ gpus: [fakeGpu('GPU-1', { 'ecc.errors.uncorrected.volatile.total': '3' }), fakeGpu('GPU-2')] })
  await pool.look()
  await pool.look()
  expect(offered()).toEqual(['GPU-2'])
  expect(pool.problems()).toEqual(['GPU-1 (Tesla V100-SXM2-16GB): its memory had 3 errors that could not be corrected'])
  expect(lines.match(/a GPU was taken out/g)).toHaveLength(1)
  await set({ gpus: two })
  await pool.look()
  expect(offered()).toEqual(['GPU-1', 'GPU-2'])
  expect(lines).toContain('a GPU is in order again')
})

it.each([
  ['is divided', fakeGpu('GPU-1', { 'mig.mode.current': 'Enabled' }), /MIG/],
  ['answers with errors', fakeGpu('GPU-1', { persistence_mode: '[Unknown Error]' }), /Unknown Error/],
])('does not offer one that %s', async (_what, gpu, problem) => {
  const { pool, offered } = await open({ gpus: [gpu, fakeGpu('GPU-2')] })
  expect(offered()).toEqual(['GPU-2'])
  expect(pool.problems()[0]).toMatch(problem)
})

it('goes on with the others when one falls off the bus, or is not listed any more', async () => {
  const { pool, set, offered } = await open({ gpus: two })
  await set({ gpus: two, lost: ['GPU-1'] })
  await pool.look()
  expect(offered()).toEqual(['GPU-2'])
  expect(pool.problems()[0]).toContain('GPU is lost')
  await set({ gpus: [fakeGpu('GPU-1')] })
  await pool.look()
  expect(offered()).toEqual(['GPU-1'])
})

it('hands none out that somebody else computes on', async () => {
  const { pool, set, offered } = await open({ gpus: two })
  const first = pool.offered().slice(0, 1)
  expect(await pool.check(first)).toBeUndefined()
  await set({ gpus: two, users: [{ uuid: 'GPU-1', pid: 4711 }] })
  expect(await pool.check(first)).toContain('process 4711 of this host computes on it')
  expect(offered()).toEqual(['GPU-2'])
})
