import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { extract, type Header } from 'tar-stream'

export interface ReadEntry extends Header {
  readonly text: string
}

/** Every entry of a tar stream, in order. For small archives. */
export async function readTar(tar: Readable): Promise<ReadEntry[]> {
  const bytes = await buffer(tar)
  const entries: ReadEntry[] = []
  const reader = extract()
  reader.end(bytes)
  for await (const entry of reader) {
    const text = await buffer(Readable.from(entry, { objectMode: false }))
    entries.push({ ...entry.header, text: text.toString() })
  }
  return entries
}

/** Names without `./`, and what is in the files. */
export async function filesOf(tar: Readable): Promise<Record<string, string>> {
  const entries = await readTar(tar)
  return Object.fromEntries(entries.map(({ name, text }) => [name.replace(/^\.\/|\/$/g, ''), text]))
}
