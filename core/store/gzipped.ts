import { pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { Store } from './store.ts'

/** A gzipped object, uncompressed as it is read, or `undefined` when there is none. */
export async function openGzipped(store: Store, key: string): Promise<Readable | undefined> {
  const object = await store.get(key)
  if (object === undefined) return undefined
  const plain = createGunzip()
  // A failure of either end destroys the other; the reader of `plain` meets it.
  pipeline(object, plain, () => undefined)
  return plain
}
