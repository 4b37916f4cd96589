import { afterEach, beforeEach, expect, it } from 'vitest'
import { Refusal } from '../../core/errors.ts'
import { createAllowList } from '../../core/images/allow-list.ts'
import type { JobSpec } from '../../core/records/json.ts'
import { createWaker } from '../../core/submission/waker.ts'
import type { BuildRequest, Images } from '../../worker/images/images.ts'
import { buildFailed } from '../../worker/images/refusals.ts'
import { createWorker } from '../../worker/worker.ts'
import { artefacts, type Embedded, openEmbedded, queueName, silent } from '../support/embedded.ts'
import { createScriptedRunner, type ScriptedRunner } from '../support/scripted-runner.ts'
import { until } from '../support/until.ts'

let parts: Embedded
let stop: AbortController
let working: Promise<unknown>
let runner: ScriptedRunner
/** What is held now. */
let held: string[]

beforeEach(async () => {
  parts = await openEmbedded()
  stop = new AbortController()
  held = []
  runner = createScriptedRunner({
    open: async () => {
      expect(held).toHaveLength(1)
    },
  })
})

afterEach(async () => {
  stop.abort()
  await working
  await parts.close()
})

const mebibyte = 1024 * 1024

function hold(reference: string) {
  held.push(reference)
  return {
    reference,
    release: () => {
      held = held.filter((one) => one !== reference)
    },
  }
}

const unused = async () => expect.unreachable()

function start(changes: Partial<Images>) {
  const images: Images = { ensure: unused, build: unused, prepare: unused, list: unused, prune: unused, ...changes }
  const worker = createWorker({
    ...parts,
    runner,
    images: { images, allowed: () => createAllowList({ patterns: ['gcc:13'], always: [] }) },
    artefacts,
    log: silent,
    worker: 'w1',
    host: 'here',
    scratch: parts.folder,
    leaseMs: 10_000,
    maxAttempts: 2,
    backoffMs: 10,
    limits: {
      timeMs: 60_000,
      graceMs: 1000,
      memoryBytes: 64 * mebibyte,
      cpus: 1,
      pids: 50,
      buildBytes: 10 * mebibyte,
      tmpBytes: mebibyte,
      shmBytes: mebibyte,
      fileBytes: mebibyte,
      openFiles: 64,
      outputBytes: mebibyte,
    },
    environment: { extra: {}, version: '0', architecture: 'amd64' },
    result: { maxBytes: mebibyte, maxEntries: 100 },
    waker: createWaker({ runs: parts.records.runs, queue: parts.queue, log: silent, repeatMs: 60_000 }),
    queues: [queueName],
    slots: 1,
    choose: ({ waiting }) => waiting[0],
    waitSeconds: 1,
    drainMs: 10_000,
    cancelPollMs: 20,
  })
  working = worker.run(stop.signal)
}

const own = 'rai/rai/user-ada/app:2'

function building(more: Partial<JobSpec> = {}): Partial<JobSpec> {
  return { image: own, buildImage: { name: own, dockerfile: 'Dockerfile', noCache: false }, ...more }
}

it('fetches the image for its owner, tells of it in the log, and holds it until the run is over', async () => {
  const { id } = await parts.enqueue({}, { image: 'gcc:13' })
  start({
    ensure: async (image, namespace, { report }) => {
      expect(namespace).toBe('rai/rai/user-ada')
      await report.say(`Pulling ${image}: half`)
      return hold(image)
    },
  })
  expect(await parts.finished(id)).toMatchObject({ verdict: 'succeeded' })
  expect(runner.opened[0]?.image).toBe('gcc:13')
  expect(await parts.liveLog(id)).toContain('Pulling gcc:13: half\n')
  await until(async () => (held.length === 0 ? true : undefined))
})

it('runs the commands in the image that was built, by its id', async () => {
  const { id } = await parts.enqueue({}, building())
  start({
    build: async (_request, { report }) => {
      await report.print(Buffer.from('Step 1/1 : FROM gcc:13\n'))
      return hold('sha256:built')
    },
  })
  const { verdict, result } = await parts.finished(id)
  expect(verdict).toBe('succeeded')
  expect(runner.opened[0]?.image).toBe('sha256:built')
  expect(result?.image).toBe(own)
  expect(await parts.text(result?.log?.key ?? '')).toContain('Step 1/1 : FROM gcc:13')
})

it('lets a build start from what the course lists and from what is the owner’s, and from nothing else', async () => {
  const { id } = await parts.enqueue({}, building())
  let checked: BuildRequest['check'] | undefined
  start({
    build: async ({ check, namespace }) => {
      expect(namespace).toBe('rai/rai/user-ada')
      checked = check
      return hold('sha256:built')
    },
  })
  await parts.finished(id)
  expect(checked?.('gcc:13')).toBe('gcc:13')
  expect(checked?.('rai/rai/user-ada/base')).toBe('rai/rai/user-ada/base:latest')
  expect(() => checked?.('rai/rai/user-bob/base')).toThrow('belongs to somebody else')
  expect(() => checked?.('clang:1')).toThrow('is not one that this course runs')
})

it('keeps the log of a build that failed, as the person’s own failure', async () => {
  const { id } = await parts.enqueue({}, building())
  start({
    build: async (_request, { report }) => {
      await report.print(Buffer.from('main.c:3: error: x\n'))
      throw buildFailed('step 2 ended with exit code 1')
    },
  })
  const { verdict, result, attempt } = await parts.finished(id)
  expect({ verdict, code: result?.code, attempt }).toEqual({
    verdict: 'failed',
    code: 'image-build-failed',
    attempt: 1,
  })
  expect(await parts.text(result?.log?.key ?? '')).toMatch(/main\.c:3: error: x\n.*Building your image failed: step 2/s)
  expect(runner.opened).toEqual([])
})

it('ends a submission that only builds an image once that is built', async () => {
  const { id } = await parts.enqueue({}, building({ commands: [] }))
  start({ build: async () => hold('sha256:built') })
  const { verdict, result } = await parts.finished(id)
  expect(verdict).toBe('succeeded')
  expect(result).toMatchObject({
    sentence: 'The image was built, and there were no commands to run in it.',
    imageDigest: 'sha256:built',
  })
  expect(runner.opened).toEqual([])
})

it('refuses an image that cannot be had, without trying again', async () => {
  const { id } = await parts.enqueue({}, { image: 'gcc:13' })
  start({
    ensure: async () => {
      throw new Refusal('unknown-image', 'It cannot be had.')
    },
  })
  expect(await parts.finished(id)).toMatchObject({ verdict: 'refused', attempt: 1, result: { code: 'unknown-image' } })
})

it('gives up a pull when the run is cancelled', async () => {
  const { id } = await parts.enqueue({}, { image: 'gcc:13' })
  start({
    ensure: async (_image, _namespace, { report, signal }) => {
      await report.say('pulling for ever')
      await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      return expect.unreachable()
    },
  })
  await until(async () => ((await parts.liveLog(id)).includes('for ever') ? true : undefined))
  await parts.records.runs.requestCancel(id, 'ada')
  expect(await parts.finished(id)).toMatchObject({ verdict: 'cancelled' })
})
