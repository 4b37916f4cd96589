import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { Store } from '../../core/store/store.ts'

/** Objects in memory, and links that only say what they are for. */
export function createMemoryStore(
  objects = new Map<string, Buffer>(),
): Pick<Store, 'put' | 'get' | 'stat' | 'link' | 'delete'> {
  return {
    async put(key, body) {
      const bytes = await buffer(body)
      objects.set(key, bytes)
      return { bytes: bytes.length }
    },
    async get(key) {
      const found = objects.get(key)
      return found === undefined ? undefined : Readable.from([found])
    },
    async stat(key) {
      const found = objects.get(key)
      return found === undefined ? undefined : { bytes: found.length, contentType: 'application/octet-stream' }
    },
    async link(key, { filename }) {
      return { url: `https://store.example/${key}?as=${filename}`, expiresAt: Date.UTC(2030, 0, 1) }
    },
    async delete(key) {
      objects.delete(key)
    },
  }
}
