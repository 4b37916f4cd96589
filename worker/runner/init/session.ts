import type { Duplex } from 'node:stream'
import { ProviderError } from '../../../core/errors.ts'
import { readFrames } from '../docker-frames.ts'
import type { OutputChunk } from '../runner.ts'
import { killMessage, readInitMessages, runMessage, terminateMessage } from './messages.ts'

export type Sink = (chunk: OutputChunk) => void | Promise<void>

/** How a command ended, or why it never began: the step and the errno. */
export type InitEnding =
  | { readonly kind: 'ended'; readonly code: number }
  | { readonly kind: 'not-started'; readonly step: string; readonly errno: number }

/** The worker's end of the conversation with PID 1 of a container. */
export interface InitSession {
  /** Resolves when PID 1 stands; rejects with `ProviderError` when it never will. */
  readonly ready: Promise<void>
  /** When something came last, by the monotonic clock. */
  lastHeard(): number
  /** One at a time. Rejects with `ProviderError` when the container ends, and with what `sink` throws. */
  run(argv: readonly string[], environment: readonly string[], sink: Sink): Promise<InitEnding>
  terminate(): void
  /** Resolves with whether no process but PID 1 is left within so many milliseconds. */
  killAll(limitMs: number): Promise<boolean>
  /** Ends the conversation; PID 1 then ends everything, itself last. A second call does nothing. */
  close(): void
}

interface Running {
  readonly sink: Sink
  readonly resolve: (ending: InitEnding) => void
  readonly reject: (error: unknown) => void
}

/** Too long for PID 1: as the kernel says it. */
const tooLong: InitEnding = { kind: 'not-started', step: 'e', errno: 7 }

/** @param stream what attaching to the container gave, before it is started. */
export function openInitSession(stream: Duplex): InitSession {
  let running: Running | undefined
  let heardAt = performance.now()
  let over: ProviderError | undefined
  const killed = createWaiters()
  const first = createPromise()

  async function take(chunk: OutputChunk): Promise<void> {
    const current = running
    try {
      await current?.sink(chunk)
    } catch (error) {
      if (running === current) running = undefined
      current?.reject(error)
    }
  }

  function settle(ending: InitEnding): void {
    const current = running
    running = undefined
    current?.resolve(ending)
  }

  async function listen(): Promise<void> {
    for await (const message of readInitMessages(standardOutput(stream))) {
      heardAt = performance.now()
      if (message.kind === 'output') await take(message.chunk)
      else if (message.kind === 'ready') first.resolve()
      else if (message.kind === 'none-left') killed.wake(true)
      else settle(message)
    }
  }

  function end(cause: unknown): void {
    over = new ProviderError({ provider: 'docker', operation: 'keep the container running', retryable: true, cause })
    first.reject(over)
    running?.reject(over)
    running = undefined
    killed.wake(false)
    stream.destroy()
  }

  listen().then(() => end(new Error('the container ended by itself')), end)
  stream.on('error', () => {})

  return {
    ready: first.promise,
    lastHeard: () => heardAt,
    run: async (argv, environment, sink) => {
      if (over !== undefined) throw over
      const message = runMessage(argv, environment)
      if (message === undefined) return tooLong
      return await new Promise((resolve, reject) => {
        heardAt = performance.now()
        running = { sink, resolve, reject }
        stream.write(message)
      })
    },
    terminate() {
      if (over === undefined) stream.write(terminateMessage)
    },
    killAll: async (limitMs) => {
      if (over !== undefined) return false
      stream.write(killMessage)
      return await killed.wait(limitMs)
    },
    close() {
      stream.destroy()
    },
  }
}

/** PID 1 says nothing on its other stream; what comes there is the runtime's. */
async function* standardOutput(stream: Duplex): AsyncGenerator<Buffer> {
  for await (const chunk of readFrames(stream)) if (chunk.stream === 'stdout') yield chunk.bytes
}

function createWaiters() {
  let waiting: ((answer: boolean) => void)[] = []
  return {
    wake(answer: boolean): void {
      for (const resolve of waiting) resolve(answer)
      waiting = []
    },
    async wait(limitMs: number): Promise<boolean> {
      return await new Promise((resolve) => {
        const timer = setTimeout(() => resolve(false), limitMs)
        waiting.push((answer) => {
          clearTimeout(timer)
          resolve(answer)
        })
      })
    },
  }
}

/** Nobody may be waiting when it rejects. */
function createPromise() {
  let resolve: () => void = () => {}
  let reject: (error: unknown) => void = () => {}
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve
    reject = onReject
  })
  promise.catch(() => {})
  return { promise, resolve, reject }
}
