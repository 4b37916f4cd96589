import { afterEach, beforeEach, expect, it } from 'vitest'
import { chooseFor } from '../../core/schedule/choose-for.ts'
import { openGpuPool } from '../../worker/gpus/gpu-pool.ts'
import { createNvidiaSmi } from '../../worker/gpus/nvidia-smi.ts'
import { createWorker, type WorkerOptions } from '../../worker/worker.ts'
import { type Embedded, openEmbedded, silent } from '../support/embedded.ts'
import { createFakeNvidiaSmi, type FakeNvidiaSmi, fakeGpu } from '../support/nvidia-smi.ts'
import { createScriptedRunner, type RunnerScript } from '../support/scripted-runner.ts'
import { until } from '../support/until.ts'
import { workerOptions } from '../support/worker.ts'

let parts: Embedded
let stop: AbortController
let working: Promise<unknown>[]
let smi: FakeNvidiaSmi

const two = [fakeGpu('GPU-1'), fakeGpu('GPU-2')]

beforeEach(async () => {
  parts = await openEmbedded()
  stop = new AbortController()
  working = []
  smi = await createFakeNvidiaSmi(parts.folder, { gpus: two })
})

afterEach(async () => {
  stop.abort()
  await Promise.all(working)
  await parts.close()
})

/** A worker that finds the stand-in's GPUs by itself. */
async function start(script: RunnerScript = {}, changes: Partial<WorkerOptions> = {}) {
  const runner = createScriptedRunner(script)
  const pool = await openGpuPool(createNvidiaSmi(smi.program), silent)
  if (pool === undefined) throw new Error('no GPUs')
  const choose: WorkerOptions['choose'] = ({ waiting: lanes, served, freeGpus }) =>
    chooseFor({ lanes, served, freeGpus }, { architecture: 'amd64', gpus: pool.offered() })
  const worker = createWorker({ ...workerOptions(parts, runner), choose, gpus: pool, ...changes })
  working.push(worker.run(stop.signal))
  return { runner, pool }
}

function enqueue(gpus: number, account = 'ada') {
  return parts.enqueue({ account }, {}, {}, { gpus })
}

it('gives a run the GPUs it asked for, and names them in its log', async () => {
  const { id } = await enqueue(2)
  const { runner } = await start()
  expect(await parts.finished(id)).toMatchObject({ verdict: 'succeeded' })
  expect(runner.opened[0]?.gpus).toEqual({ devices: ['GPU-1', 'GPU-2'] })
  expect(await parts.liveLog(id)).toContain('GPUs: Tesla V100-SXM2-16GB (GPU-1), Tesla V100-SXM2-16GB (GPU-2)')
  expect(await parts.records.gpus.inUse()).toEqual([])
  expect(await parts.records.gpus.timeByTeam(0, 10)).toMatchObject([{ course: 'rai', account: 'ada' }])
})

it('gives none to a run that asked for none', async () => {
  const { id } = await parts.enqueue()
  const { runner } = await start()
  await parts.finished(id)
  expect(runner.opened[0]?.gpus).toBeUndefined()
})

it('shares no GPU between two runs, and starts what waited for one as soon as it is free', async () => {
  const held = new Set<string>()
  const overlaps: string[] = []
  const ids = []
  for (let count = 0; count < 5; count += 1) ids.push((await enqueue(1, `a${count}`)).id)
  await start(
    {
      run: async ({ onOutput }, { gpus }) => {
        const devices = gpus?.devices ?? []
        overlaps.push(...devices.filter((uuid) => held.has(uuid)))
        for (const uuid of devices) held.add(uuid)
        await onOutput({ stream: 'stdout', bytes: Buffer.from('x\n') })
        for (const uuid of devices) held.delete(uuid)
        return { kind: 'completed' }
      },
    },
    // Nobody is woken by a message here.
    { slots: 4, waitSeconds: 600 },
  )
  for (const id of ids) expect(await parts.finished(id)).toMatchObject({ verdict: 'succeeded' })
  expect(overlaps).toEqual([])
})

it('hands a run back at no cost when its GPU turns out to be sick, and runs it on another one', async () => {
  const { pool, runner } = await start()
  await smi.set({ gpus: [fakeGpu('GPU-1', { 'ecc.errors.uncorrected.volatile.total': '2' }), fakeGpu('GPU-2')] })
  const { id } = await enqueue(1)
  const { verdict, attempt, handBacks } = await parts.finished(id)
  expect({ verdict, attempt, handBacks }).toEqual({ verdict: 'succeeded', attempt: 2, handBacks: 1 })
  expect(runner.opened.map(({ gpus }) => gpus?.devices)).toEqual([['GPU-2']])
  expect(pool.problems()[0]).toContain('GPU-1')
})

it('leaves what it cannot run to others', async () => {
  const { id } = await enqueue(3)
  const { id: fits } = await enqueue(1, 'bob')
  await start()
  await parts.finished(fits)
  expect(await parts.records.lookup.byId(id)).toMatchObject({ state: 'queued', attempt: 0 })
})

it('gives the host to an exclusive queue, one run at a time', async () => {
  let running = 0
  const most: number[] = []
  const ids = []
  for (const account of ['ada', 'bob', 'eve']) {
    ids.push((await parts.enqueue({ account, queue: 'timing' })).id, (await parts.enqueue({ account })).id)
  }
  const exclusive = ['timing']
  await start(
    {
      run: async ({ onOutput }, { submission }) => {
        running += 1
        const found = await parts.records.lookup.byId(submission)
        if (found?.queue === 'timing') most.push(running)
        await onOutput({ stream: 'stdout', bytes: Buffer.from('x\n') })
        running -= 1
        return { kind: 'completed' }
      },
    },
    { slots: 4, queues: ['rai_amd64', 'timing'], exclusive },
  )
  for (const id of ids) expect(await parts.finished(id)).toMatchObject({ verdict: 'succeeded' })
  expect(most).toEqual([1, 1, 1])
})

it('leaves to another host what failed here', async () => {
  const opened: string[] = []
  const open = (host: string) => async () => {
    opened.push(host)
    if (host === 'broken') throw new Error('broken')
  }
  for (const host of ['broken', 'fine']) {
    const capabilities = { architecture: 'amd64', gpus: [] }
    await parts.records.fleet.announce({ worker: host, host, queues: ['rai_amd64'], slots: 1, capabilities }, 60_000)
  }
  await start({ open: open('broken') }, { worker: 'broken', host: 'broken', maxAttempts: 5 })
  const { id } = await parts.enqueue()
  await until(async () => ((await parts.records.lookup.byId(id))?.attempt === 1 ? true : undefined))
  await start({ open: open('fine') }, { worker: 'fine', host: 'fine' })
  expect(await parts.finished(id)).toMatchObject({ verdict: 'succeeded', attempt: 2, result: { host: 'fine' } })
  expect(opened).toEqual(['broken', 'fine'])
})
