import { connect, createServer, type Socket } from 'node:net'

/** Stands between RAI and a part of it, and is what a network does to connections. */
export interface Detour {
  /** `host:port`, or `unix://…` where it listens at a path. */
  readonly address: string
  /** Every connection breaks, and no new one lives: the part is dead. */
  cut(): void
  /** Connections stay open and nothing passes: the part hangs. */
  freeze(): void
  /** Every connection breaks after so many more bytes of answers, half-way through something. */
  tear(bytes: number): void
  /** As if nothing had been. What was frozen goes on. */
  mend(): void
  close(): Promise<void>
}

/** @param target `host:port` or `unix://…`. @param path where to listen; a free port of loopback without it. */
export async function startDetour(target: string, path?: string): Promise<Detour> {
  const pairs = new Set<readonly [Socket, Socket]>()
  const state: { mode: 'open' | 'cut' | 'tear'; left: number } = { mode: 'open', left: 0 }
  const breakAll = () => {
    for (const pair of pairs) for (const socket of pair) socket.destroy()
  }
  const server = createServer((client) => {
    if (state.mode === 'cut') {
      client.destroy()
      return
    }
    const upstream = connectTo(target)
    const pair = [client, upstream] as const
    pairs.add(pair)
    const end = () => {
      for (const socket of pair) socket.destroy()
      pairs.delete(pair)
    }
    let left = state.left
    upstream.on('data', (bytes: Buffer) => {
      if (state.mode !== 'tear') return void client.write(bytes)
      client.write(bytes.subarray(0, left))
      left -= bytes.length
      if (left <= 0) end()
    })
    client.on('data', (bytes) => upstream.write(bytes))
    client.on('end', () => upstream.end())
    upstream.on('end', () => client.end())
    for (const socket of pair) socket.on('error', end).on('close', end)
  })
  await new Promise<void>((resolve) =>
    path === undefined ? server.listen(0, '127.0.0.1', resolve) : server.listen(path, resolve),
  )
  const bound = server.address()
  const flow = (stream: (socket: Socket) => void) => {
    for (const pair of pairs) for (const socket of pair) stream(socket)
  }
  return {
    address: typeof bound === 'object' && bound !== null ? `127.0.0.1:${bound.port}` : `unix://${path}`,
    cut() {
      state.mode = 'cut'
      breakAll()
    },
    freeze: () => flow((socket) => socket.pause()),
    tear(bytes) {
      Object.assign(state, { mode: 'tear', left: bytes })
      breakAll()
    },
    mend() {
      state.mode = 'open'
      flow((socket) => socket.resume())
    },
    async close() {
      breakAll()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function connectTo(target: string): Socket {
  if (target.startsWith('unix://')) return connect(target.slice('unix://'.length))
  const [host = '', port = ''] = target.replace('http://', '').split(':')
  return connect(Number(port), host)
}
