import type { Readable } from 'node:stream'
import { extract, type Header } from 'tar-stream'
import type { SourceEntries, SourceEntry } from './entry.ts'

/** Reads an uncompressed tar as it streams by. Ends early, or with an error of `source`, when that does. */
export async function* readTar(source: Readable): SourceEntries {
  const extractor = extract()
  source.on('error', (error) => extractor.destroy(error))
  source.pipe(extractor)
  try {
    for await (const entry of extractor) {
      yield fromHeader(entry.header, bytesOf(entry))
      entry.resume()
    }
  } finally {
    source.destroy()
  }
}

function fromHeader(header: Header, content: AsyncIterable<Uint8Array>): SourceEntry {
  const { name: path, type, mode } = header
  switch (type) {
    case 'file':
    case 'contiguous-file':
      return { kind: 'file', path, executable: (mode & 0o100) !== 0, content }
    case 'directory':
      return { kind: 'folder', path }
    case 'symlink':
      return { kind: 'link', path, target: header.linkname }
    case 'link':
      return { kind: 'hard-link', path, target: header.linkname }
    default:
      return { kind: 'special', path, what: kinds[type] ?? 'special file' }
  }
}

const kinds: Readonly<Record<string, string>> = {
  fifo: 'named pipe',
  'block-device': 'device',
  'character-device': 'device',
}

async function* bytesOf(content: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  for await (const bytes of content) {
    if (!(bytes instanceof Uint8Array)) throw new TypeError('tar-stream gave something that is not bytes')
    yield bytes
  }
}
