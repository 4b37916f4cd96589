import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

/**
 * Runs `action` while no other process on this machine runs one under the same name; waits for its turn.
 *
 * The lock is a listening socket in Linux's abstract namespace: the kernel frees it when its holder dies, so that
 * no stale lock file is ever left to judge. It says nothing to other machines, and on other systems than Linux it
 * cannot be had at all.
 */
export async function withMachineLock<T>(name: string, action: () => Promise<T>): Promise<T> {
  const release = await acquire(`\0rai-${name}`)
  try {
    return await action()
  } finally {
    release()
  }
}

async function acquire(address: string): Promise<() => void> {
  for (;;) {
    const held = await tryListen(address)
    if (held !== undefined) return held
    await untilReleased(address)
  }
}

async function tryListen(address: string): Promise<(() => void) | undefined> {
  const waiting = new Set<Socket>()
  const server = createServer((socket) => {
    waiting.add(socket)
    socket.on('error', () => socket.destroy())
  })
  server.listen(address)
  if (!(await isListening(server))) return undefined
  return () => {
    server.close()
    for (const socket of waiting) socket.destroy()
  }
}

async function isListening(server: Server): Promise<boolean> {
  try {
    await once(server, 'listening')
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return false
    throw error
  }
}

/** The holder never writes: the connection ends when it lets go or dies. A refused one has ended already. */
async function untilReleased(address: string): Promise<void> {
  const socket = connect(address)
  socket.on('error', () => socket.destroy())
  await new Promise((resolve) => socket.once('close', resolve))
}
