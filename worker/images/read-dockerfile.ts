import { posix } from 'node:path'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { extract } from 'tar-stream'
import { dockerfileTooLarge, noDockerfile } from './refusals.ts'

const mostBytes = 64 * 1024

/**
 * The text of one regular file of an archive. A link would be followed by the engine to another file than the one
 * that was checked, so a link is no file here.
 *
 * @throws Refusal `no-dockerfile`, `dockerfile-too-large`
 */
export async function readFileOf(tar: Readable, path: string): Promise<string> {
  const wanted = posix.normalize(path)
  const entries = extract()
  tar.on('error', (error) => entries.destroy(error))
  tar.pipe(entries)
  try {
    for await (const entry of entries) {
      const { name, type, size = 0 } = entry.header
      if (type === 'file' && posix.normalize(name) === wanted) {
        if (size > mostBytes) throw dockerfileTooLarge(path, size, mostBytes)
        return (await buffer(entry)).toString()
      }
      entry.resume()
    }
  } finally {
    tar.destroy()
  }
  throw noDockerfile(path)
}
