import { canonicalImage } from '../../core/images/name.ts'
import { type Engine, statusOf } from '../runner/docker-engine.ts'
import type { Holds } from './holds.ts'
import type { StoredImage } from './images.ts'
import { labels } from './labels.ts'
import type { Ledger } from './ledger.ts'

export interface StoredOptions {
  readonly engine: Engine
  readonly ledger: Ledger
  readonly holds: Holds
  /** In full. */
  readonly pinned: readonly string[]
  /** Bytes that images may have that RAI fetched or built. */
  readonly budget: number
}

export interface FoundImage {
  /** `sha256:…` */
  readonly id: string
  readonly bytes: number
  readonly namespace?: string
}

/** `undefined` when the engine does not have it. */
export async function findImage(engine: Engine, image: string, signal?: AbortSignal): Promise<FoundImage | undefined> {
  try {
    const inspect = () => engine.api.getImage(image).inspect()
    const info = await engine.call('inspect image', inspect, signal === undefined ? {} : { signal })
    const namespace = info.Config?.Labels?.[labels.namespace]
    return { id: info.Id, bytes: info.Size, ...(namespace === undefined ? {} : { namespace }) }
  } catch (error) {
    if (statusOf(error) === 404) return undefined
    throw error
  }
}

/** Everything with a name that the engine has, the least recently used first; what is not RAI's comes last. */
export async function listStored({ engine, ledger, pinned }: StoredOptions): Promise<readonly StoredImage[]> {
  const list = (abortSignal: AbortSignal) => engine.api.listImages({ abortSignal })
  const [images, entries] = await Promise.all([engine.call('list images', list), ledger.list()])
  const uses = new Map(entries.map(({ image, usedAt }) => [image, usedAt]))
  const stored = images.map(({ Id, Size, RepoTags, RepoDigests, Labels }): StoredImage => {
    const names = namesOf([...(RepoTags ?? []), ...(RepoDigests ?? [])])
    const usedAt = Math.max(...names.map((name) => uses.get(name) ?? 0), 0)
    const namespace = Labels?.[labels.namespace]
    return {
      names,
      id: Id,
      bytes: Size,
      pinned: names.some((name) => pinned.includes(name)),
      ...(usedAt === 0 ? {} : { usedAt }),
      ...(namespace === undefined ? {} : { namespace }),
    }
  })
  await forgetGone(ledger, entries, new Set(stored.flatMap(({ names }) => names)))
  const order = ({ usedAt = Number.POSITIVE_INFINITY }: StoredImage) => usedAt
  return stored.filter(({ names }) => names.length > 0).sort((a, b) => order(a) - order(b) || 0)
}

function namesOf(texts: readonly string[]): readonly string[] {
  return texts.map(canonicalImage).filter((name) => name !== undefined)
}

async function forgetGone(ledger: Ledger, entries: readonly { image: string }[], there: ReadonlySet<string>) {
  for (const { image } of entries) if (!there.has(image)) await ledger.remove(image)
}

/** Removes the least recently used ones until the rest fits. */
export async function pruneStored(options: StoredOptions, budget = options.budget): Promise<readonly string[]> {
  await removeReplaced(options.engine)
  const ours = (await listStored(options)).filter(({ usedAt }) => usedAt !== undefined)
  let bytes = ours.reduce((sum, image) => sum + image.bytes, 0)
  const removed: string[] = []
  for (const image of ours) {
    if (bytes <= budget) break
    const gone = await removeUnused(options, image)
    if (gone.length > 0) bytes -= image.bytes
    removed.push(...gone)
  }
  return removed
}

/** Only names that RAI gave it: a name that somebody else gave keeps the image, and is theirs. */
async function removeUnused(options: StoredOptions, image: StoredImage): Promise<readonly string[]> {
  if (image.pinned) return []
  const done = options.holds.mayRemove([image.id, ...image.names])
  if (done === undefined) return []
  try {
    return await removeNames(options, image)
  } finally {
    done()
  }
}

async function removeNames({ engine, ledger }: StoredOptions, image: StoredImage): Promise<readonly string[]> {
  const entries = new Set((await ledger.list()).map((entry) => entry.image))
  const removed: string[] = []
  for (const name of image.names.filter((known) => entries.has(known))) {
    const remove = (abortSignal: AbortSignal) => engine.api.getImage(name).remove({ abortSignal })
    try {
      await engine.call('remove image', remove)
    } catch (error) {
      // 409: a container uses it. 404: somebody was quicker.
      if (statusOf(error) === 409) break
      if (statusOf(error) !== 404) throw error
    }
    await ledger.remove(name)
    removed.push(name)
  }
  return removed
}

/** Built images whose name a newer one has, and that nothing uses. Not the newest: those may be about to be used. */
async function removeReplaced(engine: Engine): Promise<void> {
  const filters = { dangling: ['true'], label: [labels.namespace], until: ['10m'] }
  await engine.call('remove replaced images', () => engine.api.pruneImages({ filters: JSON.stringify(filters) }))
}
