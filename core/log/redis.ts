import { defaultLogCap, type LogCap } from './cap.ts'
import { assertLogName } from './entry.ts'
import { createFollowing } from './following.ts'
import type { SubmissionLog } from './log.ts'
import { createRedisConnection, type RedisConnection } from './redis-connection.ts'
import { followStream } from './redis-follow.ts'
import { createHub, type Hub } from './redis-hub.ts'
import { createLogStreams, type LogStreams } from './redis-stream.ts'
import { chooseEndpoint } from './shards.ts'

export interface RedisLogOptions {
  /** `host:port`, at least one. Every process lists the same ones, in any order. */
  readonly endpoints: readonly string[]
  readonly username?: string
  readonly password?: string
  /** PEM of the servers' certificate authority. Without it the connection is not encrypted. */
  readonly tls?: { readonly ca: string }
  readonly cap?: LogCap
  /** How long a log lives after its last entry. */
  readonly expireMs: number
  /** What keys begin with; the submission's id follows. */
  readonly keyPrefix?: string
  /** How long one call may take. */
  readonly timeoutMs?: number
  /** How long one read waits for entries; only for tests to shorten. */
  readonly blockMs?: number
}

interface Shard {
  readonly commands: RedisConnection
  readonly streams: LogStreams
  readonly hub: Hub
}

/**
 * Live logs as Redis streams, each on one of the endpoints. Two connections an endpoint, however many logs are
 * followed, both made when they are first needed.
 */
export function createRedisLog(options: RedisLogOptions): SubmissionLog {
  const { endpoints, keyPrefix = 'rai/log-' } = options
  const shards = new Map(endpoints.map((endpoint) => [endpoint, createShard(endpoint, options)]))
  const following = createFollowing()

  function locate(submission: string): Shard & { readonly key: string } {
    assertLogName(submission)
    const endpoint = chooseEndpoint(endpoints, submission)
    const shard = shards.get(endpoint)
    if (shard === undefined) throw new Error(`no connection for ${endpoint}`)
    return { ...shard, key: `${keyPrefix}${submission}` }
  }

  return {
    async append(submission, entries) {
      const { streams, key } = locate(submission)
      await streams.append(key, entries)
    },

    async read(submission, readOptions) {
      const { streams, key } = locate(submission)
      return await streams.read(key, readOptions)
    },

    async *follow(submission, { after, signal }) {
      const place = locate(submission)
      const reader = following.begin(signal)
      try {
        yield* followStream(place, { after, signal: reader.signal })
      } finally {
        reader.release()
      }
    },

    async remove(submission) {
      const { streams, key } = locate(submission)
      await streams.remove(key)
    },

    async check() {
      await Promise.all([...shards.values()].map(({ commands }) => commands.run('answer', (redis) => redis.ping())))
    },

    async close() {
      following.close()
      for (const { hub } of shards.values()) hub.close()
    },
  }
}

function createShard(endpoint: string, options: RedisLogOptions): Shard {
  const { cap = defaultLogCap, expireMs, timeoutMs = 5_000, blockMs = 5_000 } = options
  const commands = createRedisConnection({ ...options, endpoint, timeoutMs })
  const blocking = createRedisConnection({ ...options, endpoint, timeoutMs })
  return {
    commands,
    streams: createLogStreams({ connection: commands, cap, expireMs }),
    hub: createHub({ blocking, commands, blockMs }),
  }
}
