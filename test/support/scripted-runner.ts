import { Readable } from 'node:stream'
import { pack } from 'tar-stream'
import type {
  CommandResult,
  RunCause,
  RunCommand,
  Runner,
  RunOptions,
  RunOutcome,
  Sandbox,
  SandboxRequest,
} from '../../worker/runner/runner.ts'

/** What a scripted sandbox does when it is told to run. */
export type Script = (options: RunOptions, request: SandboxRequest) => Promise<RunCause>

/** A runner for tests of what is around it: no engine, each run follows a script. */
export interface ScriptedRunner extends Runner {
  readonly opened: SandboxRequest[]
  readonly removed: string[]
}

export interface RunnerScript {
  readonly run?: Script
  /** Called before a sandbox opens; may throw. */
  readonly open?: (request: SandboxRequest) => Promise<void>
  /** What `/build` holds in the end, by name. */
  readonly build?: (request: SandboxRequest) => Readonly<Record<string, string>>
}

/** Prints every command's text on stdout and succeeds. */
const printCommands: Script = async ({ commands, onOutput }) => {
  for (const { text } of commands) await onOutput({ stream: 'stdout', bytes: Buffer.from(`ran ${text}\n`) })
  return { kind: 'completed' }
}

/** Resolves as the runner would once it is told to stop. */
export const runUntilAborted: Script = async ({ signal, onOutput }) => {
  await onOutput({ stream: 'stdout', bytes: Buffer.from('started\n') })
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  return { kind: 'aborted' }
}

export function createScriptedRunner({
  run = printCommands,
  open,
  build = () => ({ 'result.txt': 'kept\n' }),
}: RunnerScript = {}): ScriptedRunner {
  const opened: SandboxRequest[] = []
  const removed: string[] = []
  return {
    opened,
    removed,
    describe: async () => 'scripted',
    check: async () => undefined,
    open: async (request) => {
      await open?.(request)
      opened.push(request)
      return scriptedSandbox(request, { run, build }, () => removed.push(request.submission))
    },
    sweep: async () => ({ removed: [] }),
    close: async () => undefined,
  }
}

function scriptedSandbox(
  request: SandboxRequest,
  { run, build }: Pick<Required<RunnerScript>, 'run' | 'build'>,
  onRemove: () => void,
): Sandbox {
  return {
    imageDigest: 'sha256:scripted',
    run: async (options) => {
      const started = performance.now()
      const cause = await run(options, request)
      return outcomeOf(cause, options.commands, performance.now() - started)
    },
    collect: async () => {
      const tar = pack()
      for (const [name, text] of Object.entries(build(request))) tar.entry({ name }, text)
      tar.finalize()
      return Readable.from(tar)
    },
    remove: async () => onRemove(),
  }
}

function outcomeOf(cause: RunCause, commands: readonly RunCommand[], durationMs: number): RunOutcome {
  const failing = cause.kind === 'command-failed' ? cause.index : undefined
  const results = commands.map(
    ({ text }, index): CommandResult => ({ text, exitCode: index === failing ? 3 : 0, durationMs: 1 }),
  )
  return { cause, commands: failing === undefined ? results : results.slice(0, failing + 1), durationMs }
}
