import type { Duplex } from 'node:stream'
import type Docker from 'dockerode'
import { type Engine, toProviderError } from './docker-engine.ts'
import { watchExit } from './docker-exit.ts'
import { readFrames } from './docker-frames.ts'
import type { OutputChunk } from './runner.ts'

export interface ExecOptions {
  readonly argv: readonly string[]
  readonly user: string
  readonly environment: readonly string[]
  readonly folder: string
}

export type ExecEnding =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'not-started'; readonly said: string }

/**
 * Runs a program in a running container, passing its output to `sink` at the sink's pace.
 * Rejects with `ProviderError`, also when the container is not running.
 */
export async function execute(
  engine: Engine,
  container: Docker.Container,
  options: ExecOptions,
  sink: (chunk: OutputChunk) => void | Promise<void>,
): Promise<ExecEnding> {
  const exec = await engine.call('create exec', (abortSignal) => container.exec(execSpec(options, abortSignal)))
  const stream = await engine.call('start exec', (abortSignal) => exec.start({ abortSignal }))
  const held = await pump(engine, exec, stream, sink)
  const info = await engine.call('inspect exec', (abortSignal) => exec.inspect({ abortSignal }))
  // A process that never was has no number; its error text came as if it were output.
  if (info.Pid === 0) return { kind: 'not-started', said: Buffer.concat(held.map(({ bytes }) => bytes)).toString() }
  for (const chunk of held) await sink(chunk)
  return { kind: 'exited', code: info.ExitCode ?? 137 }
}

function execSpec({ argv, user, environment, folder }: ExecOptions, abortSignal: AbortSignal) {
  return {
    Cmd: [...argv],
    User: user,
    Env: [...environment],
    WorkingDir: folder,
    AttachStdout: true,
    AttachStderr: true,
    abortSignal,
  }
}

/** @returns output that may be the engine's own error text; not given to the sink yet. */
async function pump(
  engine: Engine,
  exec: Docker.Exec,
  stream: Duplex,
  sink: (chunk: OutputChunk) => void | Promise<void>,
) {
  const exit = watchExit(engine, exec, stream)
  const holder = createHolder()
  try {
    for await (const chunk of readOutput(stream)) {
      exit.busy()
      for (const ready of holder.pass(chunk)) await sink(ready)
      exit.idle()
    }
  } catch (error) {
    if (!exit.ended) throw exit.failure ?? error
  } finally {
    exit.close()
    stream.destroy()
  }
  return holder.held
}

/** A reader's own error is not the engine's, and comes out as it is. */
async function* readOutput(stream: Duplex): AsyncGenerator<OutputChunk> {
  try {
    yield* readFrames(stream)
  } catch (error) {
    throw toProviderError('read output', error)
  }
}

const engineErrorStart = Buffer.from('OCI runtime exec failed')
const heldAtMost = 8192

/** Keeps back output that starts like the engine's error text, until it is too long or the caller knows better. */
function createHolder() {
  let holding: boolean | undefined
  let held: OutputChunk[] = []
  return {
    get held() {
      return held
    },
    pass(chunk: OutputChunk): OutputChunk[] {
      holding ??= chunk.bytes.subarray(0, engineErrorStart.length).equals(engineErrorStart)
      if (!holding) return [chunk]
      held.push(chunk)
      if (held.reduce((sum, { bytes }) => sum + bytes.length, 0) <= heldAtMost) return []
      const all = held
      held = []
      holding = false
      return all
    },
  }
}
