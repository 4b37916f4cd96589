import type { Duplex } from 'node:stream'
import type { Engine } from './docker-engine.ts'

const pollMs = 500
/** What was written before the end may come after it, the later the busier the engine's machine is. */
const quietMs = 1000

export interface ExitWatch {
  /** The program's process has ended, and we closed the stream that something else held open. */
  readonly ended: boolean
  /** The engine stopped answering; the stream was closed because of it. */
  readonly failure: unknown
  /** Between these two the reader is at work, and the stream's silence is ours. */
  busy(): void
  idle(): void
  close(): void
}

interface Inspectable {
  inspect(options: { readonly abortSignal: AbortSignal }): Promise<{ readonly Running: boolean }>
}

/**
 * Closes an exec's output stream when the program has ended and nothing came for a while: a process left in the
 * background holds the stream open for as long as it lives. It also notices an engine that hangs or died.
 */
export function watchExit(engine: Engine, exec: Inspectable, stream: Duplex): ExitWatch {
  let quietSince: number | undefined = performance.now()
  let goneSince: number | undefined
  let ended = false
  let failure: unknown
  let timer: NodeJS.Timeout | undefined
  const look = async () => {
    const { Running } = await engine.call('inspect exec', (abortSignal) => exec.inspect({ abortSignal }))
    const now = performance.now()
    if (!Running) goneSince ??= now
    ended = quietSince !== undefined && goneSince !== undefined && now - Math.max(quietSince, goneSince) > quietMs
    if (ended) stream.destroy()
    else if (!stream.destroyed) schedule()
  }
  const schedule = () => {
    timer = setTimeout(() => {
      look().catch((error: unknown) => {
        failure = error
        stream.destroy()
      })
    }, pollMs)
  }
  schedule()
  return {
    get ended() {
      return ended
    },
    get failure() {
      return failure
    },
    busy() {
      quietSince = undefined
    },
    idle() {
      quietSince = performance.now()
    },
    close() {
      clearTimeout(timer)
    },
  }
}
