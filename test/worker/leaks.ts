import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect } from 'vitest'
import { dockerClient } from '../../bin/machine/engine-probe.ts'
import { createAllowList } from '../../core/images/allow-list.ts'
import type { Verdict } from '../../core/vocabulary.ts'
import { createDockerImages } from '../../worker/images/docker-images.ts'
import { createDockerRunner } from '../../worker/runner/docker.ts'
import { createWorker } from '../../worker/worker.ts'
import type { Embedded } from '../support/embedded.ts'
import { silent } from '../support/embedded.ts'
import { testImage } from '../support/images.ts'
import { until } from '../support/until.ts'
import { workerOptions } from '../support/worker.ts'

const mebibyte = 1024 * 1024
/** For a machine that does much besides. */
const patienceMs = 60_000
const warmUp = 10
const mostGrowth = 20 * mebibyte
/** Kept connections come and go. One descriptor lost by every fourth run would be more, already after 40 of them. */
const mostDescriptors = 8

/** What a worker may leave behind on its host. */
interface Left {
  /** Containers, volumes, mounts, folders. */
  readonly things: readonly string[]
  readonly descriptors: number
  readonly bytes: number
}

/**
 * Runs that many trivial jobs through one worker on the real engine, and compares what there is then with what there
 * was after the first few.
 */
export async function expectNoLeaks(parts: Embedded, host: string, jobs: number): Promise<void> {
  const stop = new AbortController()
  const labelPrefix = `rai-leaks-${process.pid}`
  const runner = createDockerRunner({ docker: { host }, scratch: join(parts.folder, 'docker'), labelPrefix })
  const worker = createWorker({
    ...workerOptions(parts, runner),
    images: supplyOf(parts, host),
    slots: 2,
    leaseMs: 60_000,
  })
  const working = worker.run(stop.signal)
  try {
    await runJobs(parts, warmUp)
    const look = async () => {
      // A verdict is out before its run is cleared away.
      await until(() => (worker.state().running.length === 0 ? true : undefined), patienceMs)
      return await leftOver(parts, host, labelPrefix)
    }
    const before = await look()
    await runJobs(parts, jobs)
    const after = await look()
    expect(newIn(after.things, before.things)).toEqual([])
    expect(after.descriptors - before.descriptors).toBeLessThan(mostDescriptors)
    expect(after.bytes - before.bytes).toBeLessThan(mostGrowth)
  } finally {
    stop.abort()
    await working
    await runner.close()
  }
}

function supplyOf(parts: Embedded, host: string) {
  const limits = { timeMs: 60_000, memoryBytes: 64 * mebibyte, cpus: 1, pids: 50 }
  const images = createDockerImages({
    docker: { host },
    ledger: join(parts.folder, 'images'),
    pull: 'never',
    pullLimitMs: 60_000,
    pinned: [],
    budget: 1e12,
    build: { ...limits, bytes: 50 * mebibyte, network: false, outputBytes: mebibyte, measureMs: 1000 },
    log: silent,
  })
  return { images, allowed: () => createAllowList({ patterns: [testImage], always: [] }) }
}

/** A few wait at a time, as on a calm day. */
async function runJobs(parts: Embedded, count: number): Promise<void> {
  const commands = [{ text: 'echo hello', argv: ['echo', 'hello'] as [string, ...string[]] }]
  for (let done = 0; done < count; done += 4) {
    const some = Array.from({ length: Math.min(4, count - done) })
    const ids = []
    for (const _ of some) ids.push((await parts.enqueue({}, { image: testImage, commands })).id)
    await parts.queue.send({ version: 1, queue: 'rai_amd64', hint: ids[0] ?? '' })
    for (const id of ids) expect(await verdictOf(parts, id)).toBe('succeeded')
  }
}

async function verdictOf({ records }: Embedded, id: string): Promise<Verdict> {
  return await until(async () => (await records.lookup.byId(id))?.verdict, patienceMs)
}

/** Only what carries this worker's label or lies in its folder: other suites use the same engine meanwhile. */
async function leftOver(parts: Embedded, host: string, labelPrefix: string): Promise<Left> {
  const docker = dockerClient(host)
  const ours = ({ Labels }: { Labels: Record<string, string> | null }) =>
    Object.keys(Labels ?? {}).some((name) => name.startsWith(labelPrefix))
  const containers = (await docker.listContainers({ all: true })).filter(ours)
  const volumes = ((await docker.listVolumes()).Volumes ?? []).filter(ours)
  const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n').filter((line) => line.includes(parts.folder))
  const things = [
    ...containers.map(({ Id }) => `container ${Id}`),
    ...volumes.map(({ Name }) => `volume ${Name}`),
    ...mounts.map((mount) => `mount ${mount}`),
    ...(await leftIn(parts.folder)).map((name) => `folder ${name}`),
  ]
  return { things, descriptors: (await readdir('/proc/self/fd')).length, bytes: collectedBytes() }
}

function newIn(things: readonly string[], before: readonly string[]): string[] {
  return things.filter((thing) => !before.includes(thing))
}

/** Spools, sandboxes' files, marks of images in use. */
async function leftIn(folder: string): Promise<string[]> {
  const spools = (await readdir(folder)).filter((name) => name.startsWith('run-'))
  const places = [join(folder, 'docker'), join(folder, 'images', 'holds')]
  const inside = await Promise.all(places.map((place) => readdir(place).catch(() => [])))
  return [...spools, ...inside.flat()]
}

/** What is still reachable. Not the resident size: that is the allocator's business, and other tests' too. */
function collectedBytes(): number {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect === 'function') for (let round = 0; round < 3; round += 1) collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
