import { Readable } from 'node:stream'
import { pack } from 'tar-stream'
import { newSubmissionId } from '../../core/vocabulary.ts'
import type {
  CommandEvent,
  RunCommand,
  RunLimits,
  Runner,
  RunOptions,
  RunOutcome,
  Sandbox,
  SandboxRequest,
} from '../../worker/runner/runner.ts'

export const mebibyte = 1024 * 1024

export const testLimits: RunLimits = {
  timeMs: 20_000,
  graceMs: 1_000,
  memoryBytes: 96 * mebibyte,
  cpus: 1,
  pids: 48,
  buildBytes: 8 * mebibyte,
  tmpBytes: 4 * mebibyte,
  shmBytes: 2 * mebibyte,
  fileBytes: 64 * mebibyte,
  openFiles: 64,
  outputBytes: 4 * mebibyte,
}

/** A shell line as the build file's commands become one. */
export function shell(text: string): RunCommand {
  return { text, argv: ['/bin/sh', '-c', text] }
}

export function program(...argv: [string, ...string[]]): RunCommand {
  return { text: argv.join(' '), argv }
}

/** A `/src` with these files. */
function tarOf(files: Readonly<Record<string, string>>): () => Promise<Readable> {
  return async () => {
    const tar = pack()
    for (const [name, text] of Object.entries(files)) tar.entry({ name, uid: 10_000, gid: 10_000, mode: 0o666 }, text)
    tar.finalize()
    return Readable.from(tar, { objectMode: false })
  }
}

export type RequestChanges = Partial<Omit<SandboxRequest, 'limits'>> & { readonly limits?: Partial<RunLimits> }

export function requestFor(image: string, changes: RequestChanges = {}): SandboxRequest {
  const { limits, ...rest } = changes
  return {
    submission: newSubmissionId(),
    attempt: 1,
    image,
    environment: {},
    network: 'none',
    source: tarOf({ hello: 'hello from the source\n' }),
    ...rest,
    limits: { ...testLimits, ...limits },
  }
}

export interface Told {
  readonly outcome: RunOutcome
  readonly stdout: string
  readonly stderr: string
  readonly events: readonly CommandEvent[]
}

/** Runs commands and remembers all that was told. */
export async function runIn(
  sandbox: Sandbox,
  commands: readonly RunCommand[],
  changes: Partial<RunOptions> = {},
): Promise<Told> {
  const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] }
  const events: CommandEvent[] = []
  const outcome = await sandbox.run({
    commands,
    keepGoing: false,
    signal: new AbortController().signal,
    onCommand: (event) => {
      events.push(event)
    },
    ...changes,
    onOutput: async (chunk) => {
      chunks[chunk.stream].push(chunk.bytes)
      await changes.onOutput?.(chunk)
    },
  })
  const text = (stream: 'stdout' | 'stderr') => Buffer.concat(chunks[stream]).toString()
  return { outcome, stdout: text('stdout'), stderr: text('stderr'), events }
}

/** Opens, runs, removes. */
export async function runOnce(
  runner: Runner,
  request: SandboxRequest,
  commands: readonly RunCommand[],
  changes: Partial<RunOptions> = {},
): Promise<Told> {
  return await withSandbox(runner, request, async (sandbox) => await runIn(sandbox, commands, changes))
}

export async function withSandbox<T>(
  runner: Runner,
  request: SandboxRequest,
  use: (sandbox: Sandbox) => Promise<T>,
): Promise<T> {
  const sandbox = await runner.open(request, new AbortController().signal)
  try {
    return await use(sandbox)
  } finally {
    await sandbox.remove()
  }
}
