import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

export interface Child {
  /** `undefined` while it runs. */
  exited(): boolean
  /** What it printed last, for the message when it did not start. */
  output(): string
  signal(name: NodeJS.Signals): void
  /** Kills it, also where it was stopped, and waits for its end. */
  kill(name?: NodeJS.Signals): Promise<void>
}

/** Starts a server that dies when this process dies, however that happens. */
export function startChild(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Child {
  // The kernel's own signal, because nobody runs an exit handler after SIGKILL.
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', command, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const printed = collectOutput(child)
  const ended = once(child, 'close').catch(() => {})
  const exited = () => child.exitCode !== null || child.signalCode !== null
  return {
    exited,
    output: () => printed.join('').slice(-4_000),
    signal: (name) => child.kill(name),
    async kill(name = 'SIGKILL') {
      if (exited()) return
      child.kill(name)
      child.kill('SIGCONT')
      await ended
    },
  }
}

function collectOutput(child: ChildProcess): string[] {
  const printed: string[] = []
  const keep = (chunk: Buffer) => {
    printed.push(chunk.toString())
    if (printed.length > 100) printed.shift()
  }
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  child.on('error', (error) => printed.push(error.message))
  return printed
}

/** A port of loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return address.port
}

/** Asks until the answer is yes; gives up when the child ended or after `timeoutMs`. */
export async function waitUntil(child: Child, isReady: () => Promise<boolean>, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs
  while (!(await isReady().catch(() => false))) {
    if (child.exited() || Date.now() > deadline) throw new Error(`a server did not start: ${child.output()}`)
    await delay(20)
  }
}
