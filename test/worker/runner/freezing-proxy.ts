import { connect, createServer, type Socket } from 'node:net'

export interface FreezingProxy {
  /** `unix://…` */
  readonly host: string
  /** From now on no byte passes, either way: an engine that hangs. */
  freeze(): void
  close(): Promise<void>
}

/** Stands between a runner and a real engine. */
export async function startFreezingProxy(engine: string, socket: string): Promise<FreezingProxy> {
  const sockets = new Set<Socket>()
  let frozen = false
  const server = createServer((client) => {
    const upstream = connect(engine.replace('unix://', ''))
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from)
      from.on('data', (bytes) => {
        if (!frozen) to.write(bytes)
      })
      from.on('end', () => frozen || to.end())
      from.on('error', () => to.destroy())
    }
  })
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  return {
    host: `unix://${socket}`,
    freeze() {
      frozen = true
    },
    async close() {
      for (const open of sockets) open.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
