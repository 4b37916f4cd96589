import { createServer, type Server } from 'node:http'
import { messageOf, ProviderError } from '../errors.ts'
import type { ObjectFolder } from './filesystem-objects.ts'
import { answer } from './filesystem-server.ts'
import { isSignedBy, signatureOf } from './filesystem-signature.ts'
import type { LinkOptions, SignedLink } from './store.ts'

/** As long as S3 lets a link live. */
const longestSeconds = 7 * 86_400

export interface LinkServerOptions {
  readonly folder: ObjectFolder
  readonly secret: string
  readonly host: string
  readonly port: number
  readonly publicUrl?: string
  readonly serve: boolean
}

export interface LinkServer {
  sign(key: string, options: LinkOptions): SignedLink
  close(): Promise<void>
}

/** Listens, unless another process serves. Rejects when the port is taken. */
export async function startLinkServer(options: LinkServerOptions): Promise<LinkServer> {
  const { folder, secret, host, serve } = options
  const server = serve ? await listen(createLinkServer(folder, secret), options) : undefined
  const address = server?.address()
  const port = typeof address === 'object' && address !== null ? address.port : options.port
  const base = (options.publicUrl ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`).replace(/\/+$/, '')

  return {
    sign(key, { expiresInSeconds, filename: wanted }) {
      const filename = wanted.slice(0, 200)
      const expires = Math.floor(Date.now() / 1000) + Math.min(expiresInSeconds, longestSeconds)
      const claim = { key, expires, filename }
      const query = new URLSearchParams({ expires: String(expires), filename, signature: signatureOf(secret, claim) })
      return { url: `${base}/${key}?${query}`, expiresAt: expires * 1000 }
    },
    async close() {
      await new Promise((resolve) => {
        if (server?.listening) server.close(resolve).closeAllConnections()
        else resolve(undefined)
      })
    },
  }
}

function createLinkServer(folder: ObjectFolder, secret: string): Server {
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, (request, response) => {
    answer({ request, response, folder, verify: (claim, signature) => isSignedBy(secret, claim, signature) })
  })
  server.maxConnections = 256
  return server
}

async function listen(server: Server, { host, port }: { host: string; port: number }): Promise<Server> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, exclusive: true }, resolve)
  }).catch((error) => {
    const cause = new Error(`${messageOf(error)}; choose another port, or let one process alone serve links`)
    throw new ProviderError({ provider: 'filesystem', operation: 'serve links', retryable: false, cause })
  })
  // Links stop working when the process ends; they must not keep it from ending.
  return server.unref()
}
