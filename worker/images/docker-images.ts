import { join } from 'node:path'
import type { Logger } from 'pino'
import { messageOf } from '../../core/errors.ts'
import { readDockerfile } from '../../core/images/dockerfile.ts'
import { canonicalImage } from '../../core/images/name.ts'
import { privateNamespace } from '../../core/images/owner.ts'
import { privateImage } from '../../core/images/refusals.ts'
import { createEngine, type DockerConnection, type Engine } from '../runner/docker-engine.ts'
import { type BuildLimits, buildImage } from './build.ts'
import { createHolds, type Holds } from './holds.ts'
import { type BuildRequest, everybody, type HeldImage, type Images, type ImageWork } from './images.ts'
import { createLedger, type Ledger } from './ledger.ts'
import { publishImage } from './publish.ts'
import { createPuller, type Puller } from './pull.ts'
import { readFileOf } from './read-dockerfile.ts'
import { imageNotFound } from './refusals.ts'
import { createRegistry, originOf, type Registry, type RegistryOptions } from './registry.ts'
import { findImage, listStored, pruneStored, type StoredOptions } from './stored.ts'

export interface DockerImagesOptions {
  readonly docker: DockerConnection
  /** Milliseconds for any one call of the engine but the long ones. */
  readonly engineLimitMs?: number
  /** A folder that every worker of this host shares. */
  readonly ledger: string
  readonly pull: 'missing' | 'never'
  /** Milliseconds for a pull, and for publishing. */
  readonly pullLimitMs: number
  /** Least time between two lines about progress. */
  readonly progressMs?: number
  /** Fetched at start, never removed. */
  readonly pinned: readonly string[]
  /** Bytes. */
  readonly budget: number
  readonly build: BuildLimits
  readonly registry?: RegistryOptions
  readonly log: Logger
}

interface Parts extends StoredOptions {
  readonly options: DockerImagesOptions
  readonly engine: Engine
  readonly puller: Puller
  readonly registry: Registry | undefined
  readonly ledger: Ledger
  readonly holds: Holds
}

/** The images of a Docker engine. It starts nothing by itself, so there is nothing to close. */
export function createDockerImages(options: DockerImagesOptions): Images {
  const engine = createEngine({ ...options.docker, limitMs: options.engineLimitMs ?? 30_000 })
  const registry = options.registry === undefined ? undefined : createRegistry(options.registry)
  const progressMs = options.progressMs ?? 4000
  const parts: Parts = {
    options,
    engine,
    registry,
    puller: createPuller({ engine, registry, limitMs: options.pullLimitMs, progressMs }),
    ledger: createLedger(options.ledger),
    holds: createHolds(join(options.ledger, 'holds')),
    pinned: options.pinned.map((image) => canonicalImage(image) ?? image),
    budget: options.budget,
  }
  return {
    ensure: (image, namespace, work) => ensure(parts, image, namespace, work),
    build: (request, work) => build(parts, request, work),
    prepare: (signal) => prepare(parts, signal),
    list: () => listStored(parts),
    prune: (budget) => pruneStored(parts, budget),
  }
}

async function ensure(parts: Parts, written: string, namespace: string, work: ImageWork): Promise<HeldImage> {
  const { engine, holds, ledger, options } = parts
  const image = canonicalImage(written)
  if (image === undefined) throw imageNotFound(written, 'not the name of an image')
  const claimed = privateNamespace(image)
  if (claimed !== undefined && claimed !== namespace) throw privateImage(image)
  // Held from before it is there, so that nobody's eviction takes it away in between.
  const early = holds.hold(image, [image])
  try {
    await holds.settled([image])
    const present = await findImage(engine, image, work.signal)
    if (present === undefined && options.pull === 'never') throw imageNotFound(image, 'pulling is switched off here')
    const found = present ?? (await fetch(parts, image, work))
    // A name may be anybody's; what is in the image is not.
    if (found.namespace !== undefined && found.namespace !== namespace) throw privateImage(image)
    await ledger.touch(image)
    return holds.hold(image, [image, found.id])
  } finally {
    early.release()
  }
}

async function fetch(parts: Parts, image: string, work: ImageWork) {
  const { engine, puller, registry, ledger } = parts
  const origin = originOf(image, registry)
  if (origin === undefined) throw imageNotFound(image, 'it was built on another machine, and is not published')
  await puller.pull(origin, work)
  await ledger.add(origin)
  if (origin !== image) await giveName(parts, origin, image)
  await evict(parts)
  const found = await findImage(engine, image, work.signal)
  if (found === undefined) throw imageNotFound(image, 'the engine does not have it after the pull')
  return found
}

async function giveName({ engine, ledger }: Parts, origin: string, image: string): Promise<void> {
  const colon = image.lastIndexOf(':')
  const name = { repo: image.slice(0, colon), tag: image.slice(colon + 1) }
  await engine.call('tag image', () => engine.api.getImage(origin).tag(name))
  await ledger.add(image)
}

/** What is in the way of nobody's run is no reason to fail one. */
async function evict(parts: Parts): Promise<void> {
  try {
    const removed = await pruneStored(parts)
    if (removed.length > 0) parts.options.log.info({ removed }, 'removed images to stay within docker.image_budget')
  } catch (error) {
    parts.options.log.warn({ problem: messageOf(error) }, 'cannot remove images; trying again with the next one')
  }
}

async function build(parts: Parts, request: BuildRequest, work: ImageWork): Promise<HeldImage> {
  const { engine, holds, ledger, options } = parts
  const { name, dockerfile } = request.build
  const text = await readFileOf(await request.source(), dockerfile)
  const check = request.check
  const bases = readDockerfile(text, { file: dockerfile, network: options.build.network, check })
  const held: HeldImage[] = []
  try {
    for (const base of bases) held.push(await ensure(parts, base, request.namespace, work))
    const before = await findImage(engine, name, work.signal)
    const id = await buildImage(engine, request, options.build, work)
    const built = holds.hold(id, [id, name])
    try {
      await holds.settled([id, name])
      // What staff built is in no registry, so it must not go because it was not used for a while.
      if (request.namespace !== everybody) await ledger.add(name)
      if (before !== undefined && before.id !== id) await removeReplaced(parts, before.id)
      await publish(parts, request, id, work)
      await evict(parts)
      return built
    } catch (error) {
      built.release()
      throw error
    }
  } finally {
    for (const base of held) base.release()
  }
}

async function publish({ engine, registry, options }: Parts, { build }: BuildRequest, id: string, work: ImageWork) {
  if (build.publish === undefined || registry === undefined) return
  const { pullLimitMs: limitMs, progressMs = 4000 } = options
  await publishImage({ engine, registry, limitMs, progressMs }, { id, name: build.publish }, work)
}

/** The image that had the name until now has none any more. One that still runs stays, for the next `prune`. */
async function removeReplaced({ engine, holds }: Parts, id: string): Promise<void> {
  const done = holds.mayRemove([id])
  if (done === undefined) return
  const remove = (abortSignal: AbortSignal) => engine.api.getImage(id).remove({ abortSignal })
  await engine
    .call('remove image', remove)
    .catch(() => undefined)
    .finally(done)
}

async function prepare(parts: Parts, signal: AbortSignal): Promise<void> {
  const { log, pull } = parts.options
  if (pull === 'never') return
  const report = { say: async (line: string) => log.info(line), print: async () => undefined }
  for (const image of parts.pinned) {
    if (signal.aborted) return
    try {
      const held = await ensure(parts, image, everybody, { report, signal })
      held.release()
    } catch (error) {
      log.warn({ image, problem: messageOf(error) }, 'an image of the configuration cannot be had')
    }
  }
}
