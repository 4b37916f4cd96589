import { failuresOf } from '../system-error.ts'
import { startLinkServer } from './filesystem-links.ts'
import { openFolder } from './filesystem-objects.ts'
import { startSweeper } from './filesystem-sweeper.ts'
import { assertKey } from './key.ts'
import type { Store } from './store.ts'

const failAs = failuresOf('filesystem')

export interface FilesystemStoreOptions {
  /** Folder that holds the objects; made when it is missing. Several processes of one host may share it. */
  readonly root: string
  /** Key of the links' signatures. Processes that share a folder share it as well. */
  readonly secret: string
  /** How long `expiring` objects live. */
  readonly lifetimeMs: number
  /** Address the links are served on. */
  readonly host?: string
  /** 0 takes a free port. */
  readonly port?: number
  /** What links begin with, where a proxy stands before the server. */
  readonly publicUrl?: string
  /** Whether this process answers links. Without it `link` needs `publicUrl` or `port`, and another process serves. */
  readonly serve?: boolean
  readonly sweepEveryMs?: number
}

/**
 * Objects as files of one folder, links as signed URLs of a small server on loopback. Resolves once that listens;
 * rejects with a `ProviderError` when the folder cannot be made or the port is taken.
 */
export async function createFilesystemStore(options: FilesystemStoreOptions): Promise<Store> {
  const { root, secret, lifetimeMs, sweepEveryMs = Math.min(lifetimeMs / 10, 3_600_000) } = options
  const folder = await failAs('open the folder', () => openFolder({ root, lifetimeMs }))
  const links = await failAs('serve links', () =>
    startLinkServer({ host: '127.0.0.1', port: 0, serve: true, ...options, secret, folder }),
  )
  const sweeper = startSweeper({ folder, everyMs: sweepEveryMs })

  return {
    async put(key, body, putOptions) {
      assertKey(key)
      putOptions.signal?.throwIfAborted()
      return await folder.write(key, body, putOptions)
    },

    async get(key, { signal } = {}) {
      assertKey(key)
      signal?.throwIfAborted()
      const found = await failAs('read an object', () => folder.open(key))
      return found?.stream(signal)
    },

    async stat(key) {
      assertKey(key)
      const found = await failAs('look an object up', () => folder.open(key))
      await found?.close()
      return found && { bytes: found.bytes, contentType: found.contentType }
    },

    async delete(key) {
      assertKey(key)
      await failAs('delete an object', () => folder.remove(key))
    },

    async link(key, linkOptions) {
      assertKey(key)
      return links.sign(key, linkOptions)
    },

    check: () => failAs('write to its folder', () => folder.check()),

    async close() {
      await sweeper.close()
      await links.close()
    },
  }
}
