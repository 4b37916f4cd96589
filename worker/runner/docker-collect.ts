import { Readable } from 'node:stream'
import type Docker from 'dockerode'
import { type Engine, toProviderError } from './docker-engine.ts'

/**
 * `/build` through the engine's archive API, which also reads a stopped container and follows no link that the
 * commands left. Ends with `ProviderError` when the engine falls silent.
 */
export async function collectBuild(engine: Engine, container: Docker.Container): Promise<Readable> {
  const read = (abortSignal: AbortSignal) => container.getArchive({ path: '/build/.', abortSignal })
  const archive = toReadable(await engine.call('collect /build', read))
  return Readable.from(chunksOf(engine, archive), { objectMode: false })
}

async function* chunksOf(engine: Engine, archive: Readable): AsyncGenerator<Buffer> {
  const chunks = archive[Symbol.asyncIterator]()
  try {
    for (;;) {
      // The limit is for each read, so a slow reader of ours is never the engine's fault.
      const { done, value } = await engine.call('read /build', () => chunks.next())
      if (done) return
      yield Buffer.from(value)
    }
  } catch (error) {
    throw toProviderError('read /build', error)
  } finally {
    archive.destroy()
  }
}

/** What dockerode gives is a stream of Node's own, by a looser type. */
export function toReadable(stream: NodeJS.ReadableStream): Readable {
  return stream instanceof Readable ? stream : Readable.from(stream)
}
