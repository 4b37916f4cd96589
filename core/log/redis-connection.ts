import { Redis } from 'ioredis'
import { redisFailure } from './redis-failure.ts'

export interface RedisConnectionOptions {
  /** `host:port`; the port may be left out. */
  readonly endpoint: string
  readonly username?: string
  readonly password?: string
  /** PEM of the servers' certificate authority. Without it the connection is not encrypted. */
  readonly tls?: { readonly ca: string }
  /** How long one call may take before the connection is given up and made anew. */
  readonly timeoutMs: number
}

export interface RedisConnection {
  /** Runs calls; what they throw becomes a `ProviderError`. */
  run<Result>(operation: string, act: (redis: Redis) => Promise<Result>, extraMs?: number): Promise<Result>
  /** What Redis knows this connection by; `undefined` before the first `identify` and after the connection was lost. */
  clientId(): number | undefined
  identify(): Promise<void>
  close(): void
}

/** One connection, made at the first call and again after it was lost. Nothing waits for a server that is away. */
export function createRedisConnection(options: RedisConnectionOptions): RedisConnection {
  const redis = new Redis({
    ...parseEndpoint(options.endpoint),
    ...(options.username && { username: options.username }),
    ...(options.password && { password: options.password }),
    ...(options.tls && { tls: options.tls }),
    lazyConnect: true,
    connectTimeout: options.timeoutMs,
    maxRetriesPerRequest: 1,
    autoResendUnfulfilledCommands: false,
    disableClientInfo: true,
    retryStrategy: (times) => Math.min(50 * 2 ** times, 1_000),
  })
  let lastError: Error | undefined
  let id: number | undefined
  redis.on('error', (error: Error) => {
    lastError = error
  })
  redis.on('ready', () => {
    lastError = undefined
  })
  redis.on('close', () => {
    id = undefined
  })

  async function run<Result>(operation: string, act: (redis: Redis) => Promise<Result>, extraMs = 0): Promise<Result> {
    try {
      return await within(options.timeoutMs + extraMs, () => act(redis))
    } catch (thrown) {
      throw redisFailure(operation, thrown, lastError)
    }
  }

  function within<Result>(ms: number, act: () => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`no answer from ${options.endpoint} within ${ms} ms`))
        // A frozen server keeps its connections, and does not even answer the end of one: only a new one shows
        // whether it answers again.
        redis.stream?.destroy()
      }, ms)
      act()
        .then(resolve, reject)
        .finally(() => clearTimeout(timer))
    })
  }

  return {
    run,
    clientId: () => id,
    async identify() {
      id = await run('connect', () => redis.client('ID'))
    },
    close: () => redis.disconnect(),
  }
}

function parseEndpoint(endpoint: string): { host: string; port: number } {
  const { hostname, port } = new URL(`redis://${endpoint}`)
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? 6379 : Number(port) }
}
