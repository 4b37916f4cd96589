import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Child, freePort, startChild, waitUntil } from './children.ts'

export interface RedisService {
  /** `host:port`. */
  readonly endpoint: string
  readonly url: string
  stop(): Promise<void>
  /** Kills it and starts it again at the same address, with nothing in it. */
  restartEmpty(): Promise<void>
  /** Kills it; `start` brings it back, empty. */
  kill(): Promise<void>
  start(): Promise<void>
  /** Freezes it: connections stay open and nothing answers. */
  pause(): void
  resume(): void
}

/** A real redis-server that keeps nothing on disk. `settings` are its own, e.g. `{ maxmemory: '4mb' }`. */
export async function startRedis(settings: Readonly<Record<string, string>> = {}): Promise<RedisService> {
  const folder = await mkdtemp(join(tmpdir(), 'rai-redis-'))
  const port = await freePort()
  const base = { bind: '127.0.0.1', port: String(port), save: '', appendonly: 'no', dir: folder }
  const args = Object.entries({ ...base, ...settings }).flatMap(([key, value]) => [`--${key}`, value])
  let child: Child

  async function start(): Promise<void> {
    child = startChild('redis-server', args)
    await waitUntil(child, () => answersPing(port), 10_000)
  }
  await start()

  return {
    endpoint: `127.0.0.1:${port}`,
    url: `redis://127.0.0.1:${port}`,
    start,
    kill: () => child.kill(),
    pause: () => child.signal('SIGSTOP'),
    resume: () => child.signal('SIGCONT'),
    async restartEmpty() {
      await child.kill()
      await start()
    },
    async stop() {
      await child.kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function answersPing(port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port })
  try {
    socket.write('PING\r\n')
    const [answer] = await once(socket, 'data')
    return /^\+PONG|^-NOAUTH/.test(String(answer))
  } finally {
    socket.destroy()
  }
}
