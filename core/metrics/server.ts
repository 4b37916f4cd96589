import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { failuresOf } from '../system-error.ts'
import type { Metrics } from './metrics.ts'

export interface MetricsServerOptions {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  readonly metrics: Pick<Metrics, 'text' | 'contentType'>
  /** What is wrong on this host, a line each. */
  readonly reasons: () => readonly string[]
}

export interface MetricsServer {
  readonly port: number
  /** A second call does nothing. */
  close(): Promise<void>
}

const failAs = failuresOf('metrics')

/**
 * `/metrics` for Prometheus; `/healthz` answers 200 `healthy` or 503 `unhealthy`, with a line a reason. It says
 * nothing about people or submissions, and takes nothing in. Rejects with a `ProviderError` when the port is taken.
 */
export async function startMetricsServer(options: MetricsServerOptions): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    void answer(options, request, response)
  })
  server.headersTimeout = 5_000
  server.requestTimeout = 5_000
  server.maxConnections = 20
  await failAs('listen', () => listen(server, options))
  server.unref()
  const address = server.address()
  let closing: Promise<void> | undefined
  return {
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    close: () => {
      closing ??= new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
      return closing
    },
  }
}

function listen(server: Server, { host, port }: MetricsServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

async function answer(
  { metrics, reasons }: MetricsServerOptions,
  { method, url }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const send = (status: number, type: string, body: string) => {
    response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' })
    response.end(method === 'HEAD' ? undefined : body)
  }
  if (method !== 'GET' && method !== 'HEAD') return send(405, plain, 'only GET\n')
  const [path] = (url ?? '').split('?')
  if (path === '/healthz') return send(...healthOf(reasons()))
  if (path !== '/metrics') return send(404, plain, 'there are /metrics and /healthz\n')
  try {
    send(200, metrics.contentType, await metrics.text())
  } catch {
    send(500, plain, 'the metrics cannot be read\n')
  }
}

const plain = 'text/plain; charset=utf-8'

function healthOf(reasons: readonly string[]): [number, string, string] {
  if (reasons.length === 0) return [200, plain, 'healthy\n']
  return [503, plain, `unhealthy\n${reasons.map((reason) => `${reason}\n`).join('')}`]
}
