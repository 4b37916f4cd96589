import Docker from 'dockerode'
import { messageOf, ProviderError, Refusal } from '../../core/errors.ts'

export interface DockerConnection {
  /** `unix:///var/run/docker.sock`, `tcp://host:2376`, `http://…`, `https://…`. */
  readonly host: string
  /** PEM texts; with them the connection is TLS with a client certificate. */
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string }
}

interface CallOptions {
  /** Milliseconds; the engine's usual limit otherwise. */
  readonly limitMs?: number
  /** Gives the call up; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

/** The engine, where no call can last for ever: a hung engine becomes a retryable `ProviderError`. */
export interface Engine {
  readonly api: Docker
  /** @param operation a verb phrase, for the error. */
  call<T>(operation: string, make: (signal: AbortSignal) => Promise<T>, options?: CallOptions): Promise<T>
}

export function createEngine({ host, tls, limitMs }: DockerConnection & { readonly limitMs: number }): Engine {
  const api = new Docker({ ...address(host), ...tls })
  return {
    api,
    async call(operation, make, options = {}) {
      const limit = options.limitMs ?? limitMs
      try {
        return await bounded(make, limit, options.signal)
      } catch (error) {
        options.signal?.throwIfAborted()
        throw toProviderError(operation, error)
      }
    },
  }
}

/** Every field is set, because docker-modem fills the missing ones from this process's environment. */
function address(host: string): Docker.DockerOptions {
  const none = { socketPath: undefined, host: undefined, port: undefined, protocol: undefined }
  if (host.startsWith('unix://')) return { ...none, protocol: 'http', socketPath: host.slice('unix://'.length) }
  const url = new URL(host)
  const protocol = url.protocol === 'https:' || url.port === '2376' ? 'https' : 'http'
  return { ...none, protocol, host: url.hostname, port: url.port === '' ? 2375 : url.port }
}

async function bounded<T>(make: (signal: AbortSignal) => Promise<T>, limitMs: number, outer?: AbortSignal): Promise<T> {
  outer?.throwIfAborted()
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(new Error(`no answer within ${limitMs} ms`)), limitMs)
  const onAbort = () => controller.abort(outer?.reason)
  outer?.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([make(controller.signal), rejectionOf(controller.signal)])
  } finally {
    clearTimeout(timer)
    outer?.removeEventListener('abort', onAbort)
  }
}

function rejectionOf(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

/** Errors that already are one of ours stay what they are. */
export function toProviderError(operation: string, error: unknown): ProviderError | Refusal {
  if (error instanceof ProviderError || error instanceof Refusal) return error
  const status = statusOf(error)
  // Gone or in another state than ours: somebody else did that, and a fresh sandbox will not have it.
  const retryable = status === undefined || status >= 500 || status === 409 || status === 404
  return new ProviderError({ provider: 'docker', operation, retryable, cause: error })
}

/** The engine's HTTP status, of its own error or of the `ProviderError` made of it. */
export function statusOf(error: unknown): number | undefined {
  if (error instanceof ProviderError) return statusOf(error.cause)
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined
  return typeof error.statusCode === 'number' ? error.statusCode : undefined
}

/** What the engine said, without dockerode's and our own wrapping. */
export function engineMessage(error: unknown): string {
  const cause = error instanceof ProviderError ? error.cause : error
  return messageOf(cause).replace(/^\(HTTP code \d+\) [^-]*- /, '')
}
