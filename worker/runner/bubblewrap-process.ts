import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { ProviderError } from '../../core/errors.ts'
import { signalNamespace, signalQuietly } from './namespace-processes.ts'
import type { OutputChunk } from './runner.ts'

export interface BubblewrapProcess {
  /** The exit code as a shell shows it. Rejects with `ProviderError` when bubblewrap could not make the sandbox. */
  readonly ended: Promise<number>
  terminate(): Promise<void>
  /** Ends bubblewrap, and the kernel ends all processes of its PID namespace with it. */
  kill(): void
}

/** @param argv the whole command line, bubblewrap's own wrappers included. */
export function startBubblewrap(
  argv: readonly string[],
  sink: (chunk: OutputChunk) => Promise<void>,
): BubblewrapProcess {
  const [program = '', ...rest] = argv
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe', 'pipe'], env: {} })
  const status = readStatus(child)
  let killed = false
  return {
    ended: follow(child, status, sink, () => killed),
    async terminate() {
      const first = status.childPid()
      if (first !== undefined) await signalNamespace(first, 'SIGTERM')
    },
    kill() {
      killed = true
      const first = status.childPid()
      if (first !== undefined) signalQuietly(first, 'SIGKILL')
      child.kill('SIGKILL')
    },
  }
}

type Status = ReturnType<typeof readStatus>

async function follow(
  child: ChildProcess,
  status: Status,
  sink: (chunk: OutputChunk) => Promise<void>,
  killed: () => boolean,
) {
  const closed = once(child, 'close')
  // Both streams, one chunk at a time.
  let turn: Promise<void> = Promise.resolve()
  const pump = async (stream: OutputChunk['stream'], bytes: Readable | null) => {
    for await (const chunk of bytes ?? []) {
      turn = turn.then(() => sink({ stream, bytes: chunk }))
      await turn
    }
  }
  const pumped = Promise.all([pump('stdout', child.stdout), pump('stderr', child.stderr)])
  await Promise.all([closed, pumped]).catch((cause: unknown) => {
    child.kill('SIGKILL')
    throw isSpawnError(cause) ? failure(cause) : cause
  })
  if (status.started()) return status.exitCode() ?? 137
  if (killed()) return 137
  throw failure(new Error('bubblewrap could not make the sandbox; its output says why'))
}

function isSpawnError(cause: unknown): boolean {
  return cause instanceof Error && 'syscall' in cause && String(cause.syscall).startsWith('spawn')
}

function failure(cause: unknown): ProviderError {
  return new ProviderError({ provider: 'bubblewrap', operation: 'run a command', retryable: false, cause })
}

/** bubblewrap writes `{"child-pid": 1}` and, once the command was there, `{"exit-code": 0}`. */
function readStatus(child: ChildProcess) {
  let text = ''
  child.stdio[3]?.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  const number = (key: string) => {
    const match = new RegExp(`"${key}"\\s*:\\s*(\\d+)`).exec(text)?.[1]
    return match === undefined ? undefined : Number(match)
  }
  return {
    childPid: () => number('child-pid'),
    exitCode: () => number('exit-code'),
    started: () => number('child-pid') !== undefined,
  }
}
