import { setTimeout as delay } from 'node:timers/promises'
import type { LogCursor, LogEntry } from './log.ts'
import type { RedisConnection } from './redis-connection.ts'
import { idOf, toEntry } from './redis-stream.ts'

/** Entries that follow each other, all those after `from`. */
export type OnBatch = (from: LogCursor, entries: readonly LogEntry[]) => void

/** Watches many streams over one connection that blocks. */
export interface Hub {
  /** Reports what comes after `from`, or after some later place where the stream is watched already. */
  watch(key: string, from: LogCursor, onBatch: OnBatch): () => void
  /** Also closes both connections. */
  close(): void
}

interface Watched {
  position: LogCursor
  readonly readers: Set<OnBatch>
}

export interface HubOptions {
  readonly blocking: RedisConnection
  /** Wakes the blocked one when a stream is added. */
  readonly commands: RedisConnection
  readonly blockMs: number
}

function deliver(stream: Watched, entries: readonly LogEntry[]): void {
  const from = stream.position
  stream.position = entries.at(-1) ?? from
  for (const onBatch of stream.readers) onBatch(from, entries)
}

export function createHub({ blocking, commands, blockMs }: HubOptions): Hub {
  const watched = new Map<string, Watched>()
  let isRunning = false
  let isClosed = false
  /** How often the set of streams grew, and what the read that blocks knew of it. */
  let wanted = 0
  let issued = 0

  async function run(): Promise<void> {
    if (isRunning) return
    isRunning = true
    while (watched.size > 0 && !isClosed) {
      // Readers hear nothing of an outage: each stream goes on from where it was.
      await readOnce().catch(() => delay(200))
    }
    isRunning = false
  }

  async function readOnce(): Promise<void> {
    if (blocking.clientId() === undefined) await blocking.identify()
    issued = wanted
    const asked = new Map(watched)
    const ids = [...asked.values()].map(({ position }) => idOf(position))
    const count = Math.max(10, Math.floor(1_000 / asked.size))
    const reply = await blocking.run(
      'follow logs',
      (redis) => redis.xread('COUNT', count, 'BLOCK', blockMs, 'STREAMS', ...asked.keys(), ...ids),
      blockMs,
    )
    for (const [key, items] of reply ?? []) {
      const stream = asked.get(key)
      // Everybody may have left meanwhile, and someone new begun elsewhere.
      if (stream && watched.get(key) === stream) deliver(stream, items.map(toEntry))
    }
  }

  /** The read may not have reached Redis yet, where nothing could be woken: so it is asked again. */
  async function wake(): Promise<void> {
    for (let waitMs = 2; issued < wanted && isRunning && !isClosed; waitMs = Math.min(waitMs * 2, 200)) {
      const id = blocking.clientId()
      if (id !== undefined) {
        await commands.run('follow a log', (redis) => redis.client('UNBLOCK', id)).catch(() => {})
      }
      await delay(waitMs)
    }
  }

  function add(key: string, from: LogCursor): Watched {
    const stream = { position: from, readers: new Set<OnBatch>() }
    watched.set(key, stream)
    wanted += 1
    void run()
    void wake()
    return stream
  }

  return {
    watch(key, from, onBatch) {
      const stream = watched.get(key) ?? add(key, from)
      stream.readers.add(onBatch)
      return () => {
        stream.readers.delete(onBatch)
        if (stream.readers.size === 0 && watched.get(key) === stream) watched.delete(key)
      }
    },
    close() {
      isClosed = true
      blocking.close()
      commands.close()
    },
  }
}
