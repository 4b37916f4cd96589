import { Readable } from 'node:stream'
import { type Header, pack } from 'tar-stream'

export type HostileEntry = Partial<Header> & { readonly name: string; readonly text?: string }

/** A tar with exactly these headers, however wrong. */
export function hostileTar(entries: readonly HostileEntry[]): Readable {
  const tar = pack()
  for (const { text, ...header } of entries) tar.entry(header, text ?? '')
  tar.finalize()
  return Readable.from(tar, { objectMode: false })
}
