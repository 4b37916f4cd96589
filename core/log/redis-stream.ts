import type { ChainableCommander } from 'ioredis'
import type { LogCap } from './cap.ts'
import { decodeEntry, encodeEntry } from './entry.ts'
import type { LogCursor, LogEntry } from './log.ts'
import type { RedisConnection } from './redis-connection.ts'

export interface StreamOptions {
  readonly connection: RedisConnection
  readonly cap: LogCap
  readonly expireMs: number
}

/** A submission's log as a Redis stream whose ids are `<attempt>-<sequence>`. */
export interface LogStreams {
  append(key: string, entries: readonly LogEntry[]): Promise<void>
  read(key: string, options: { readonly after: LogCursor; readonly limit: number }): Promise<LogEntry[]>
  remove(key: string): Promise<void>
}

export function createLogStreams({ connection, cap, expireMs }: StreamOptions): LogStreams {
  return {
    async append(key, entries) {
      for (const batch of batchesOf(entries)) {
        await connection.run('append to a log', async (redis) => {
          const { length, bytes } = await appendBatch(redis.multi(), key, batch)
          if (bytes > cap.bytes) await redis.xtrim(key, 'MAXLEN', Math.floor((length * cap.bytes * 0.9) / bytes))
        })
      }
    },

    async read(key, { after, limit }) {
      const items = await connection.run('read a log', (redis) =>
        redis.xrange(key, `(${after.attempt}-${after.sequence}`, '+', 'COUNT', limit),
      )
      return items.map(toEntry)
    },

    async remove(key) {
      await connection.run('remove a log', (redis) => redis.del(key))
    },
  }

  /** A transaction: either Redis has room for all of it or it takes none, so that a retry leaves no hole. */
  async function appendBatch(multi: ChainableCommander, key: string, entries: readonly LogEntry[]) {
    for (const entry of entries) {
      multi.xadd(key, 'MAXLEN', '~', cap.entries, idOf(entry), 'entry', encodeEntry(entry))
    }
    multi.pexpire(key, expireMs).xlen(key).memory('USAGE', key)
    const replies = (await multi.exec()) ?? []
    const failed = replies.find(([error]) => error && !isAlreadyThere(error))
    if (failed?.[0]) throw failed[0]
    const [length, bytes] = replies.slice(-2).map(([, reply]) => Number(reply))
    return { length: length ?? 0, bytes: bytes ?? 0 }
  }
}

export function idOf({ attempt, sequence }: LogCursor): string {
  return `${attempt}-${sequence}`
}

/** One item of a stream. What cannot be read shows as a gap, so that the reader's cursor still moves past it. */
export function toEntry([id, [, text = '']]: [id: string, fields: string[]]): LogEntry {
  const [attempt = 1, sequence = 1] = id.split('-').map(Number)
  return decodeEntry(text) ?? { version: 1, attempt, sequence, kind: 'gap', pieces: [] }
}

function isAlreadyThere(error: Error): boolean {
  return error.message.includes('equal or smaller than the target stream top item')
}

const batchEntries = 500
const batchBytes = 1 << 20

function* batchesOf(entries: readonly LogEntry[]): Generator<LogEntry[]> {
  let batch: LogEntry[] = []
  let bytes = 0
  for (const entry of entries) {
    batch.push(entry)
    bytes += entry.pieces.reduce((sum, { text }) => sum + text.length, 0)
    if (batch.length < batchEntries && bytes < batchBytes) continue
    yield batch
    batch = []
    bytes = 0
  }
  if (batch.length > 0) yield batch
}
