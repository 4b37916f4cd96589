import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { dockerClient } from '../../bin/machine/engine-probe.ts'
import { createAllowList } from '../../core/images/allow-list.ts'
import type { JobSpec } from '../../core/records/json.ts'
import { createWaker } from '../../core/submission/waker.ts'
import { createDockerImages } from '../../worker/images/docker-images.ts'
import { createDockerRunner } from '../../worker/runner/docker.ts'
import { createWorker } from '../../worker/worker.ts'
import { artefacts, type Embedded, openEmbedded, queueName, silent } from '../support/embedded.ts'
import { testImage } from '../support/images.ts'
import { service } from '../support/service.ts'

const mebibyte = 1024 * 1024
const name = `rai/run${process.pid}/user-ada/app:1`

let parts: Embedded
let stop: AbortController
let working: Promise<unknown>

beforeEach(async () => {
  parts = await openEmbedded()
  stop = new AbortController()
})

afterEach(async () => {
  stop.abort()
  await working
  await parts.close()
  await dockerClient(service('docker').host)
    .getImage(name)
    .remove({ force: true })
    .catch(() => undefined)
})

function start() {
  const docker = { host: service('docker').host }
  const limits = { timeMs: 60_000, memoryBytes: 64 * mebibyte, cpus: 1, pids: 50 }
  const images = createDockerImages({
    docker,
    ledger: join(parts.folder, 'images'),
    pull: 'never',
    pullLimitMs: 60_000,
    pinned: [testImage],
    budget: 1e12,
    build: { ...limits, bytes: 50 * mebibyte, network: false, outputBytes: mebibyte, measureMs: 1000 },
    log: silent,
  })
  const labelPrefix = `rai-build-${process.pid}`
  const worker = createWorker({
    ...parts,
    runner: createDockerRunner({ docker, scratch: join(parts.folder, 'docker'), labelPrefix }),
    images: { images, allowed: () => createAllowList({ patterns: [testImage], always: [] }) },
    artefacts,
    log: silent,
    worker: 'w1',
    host: 'here',
    scratch: parts.folder,
    leaseMs: 10_000,
    maxAttempts: 1,
    backoffMs: 10,
    limits: {
      ...limits,
      graceMs: 1000,
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
    cancelPollMs: 100,
  })
  working = worker.run(stop.signal)
}

const job: Partial<JobSpec> = {
  image: name,
  buildImage: { name, dockerfile: 'Dockerfile', noCache: true },
  commands: [{ text: 'cat /made', argv: ['cat', '/made'] }],
}

it('runs the commands in the image that the submission’s Dockerfile makes', async () => {
  const dockerfile = `FROM ${testImage}\nRUN echo made by a step > /made\nENTRYPOINT ["/bin/false"]\nENV LD_PRELOAD=/evil.so\n`
  const { id } = await parts.enqueue({}, job, { Dockerfile: dockerfile })
  start()
  const { verdict, result } = await parts.finished(id)
  const log = await parts.text(result?.log?.key ?? '')
  expect({ verdict, log }).toMatchObject({ verdict: 'succeeded' })
  expect(log).toMatch(/Building .*Step 2\/5 : RUN echo made by a step.*Built .*\$ cat \/made\nmade by a step\n/s)
})

it('refuses a Dockerfile that starts from what the course does not list', async () => {
  const { id } = await parts.enqueue({}, job, { Dockerfile: 'FROM docker.io/library/debian:12\n' })
  start()
  expect(await parts.finished(id)).toMatchObject({ verdict: 'refused', result: { code: 'image-not-allowed' } })
})
