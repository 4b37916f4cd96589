import { homedir } from 'node:os'

/** Everything a command may touch outside of its arguments, so that tests can hand in their own. */
export interface CommandIo {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
  readonly cwd: string
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number }
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean }
  /** The code the process ends with once it has nothing left to do. */
  setExitCode(code: number): void
}

/** The real ones. */
export function processIo(): CommandIo {
  const { env, stdin, stdout, stderr } = process
  return {
    env,
    home: env.HOME || homedir(),
    cwd: process.cwd(),
    stdin,
    stdout,
    stderr,
    setExitCode(code) {
      process.exitCode = code
    },
  }
}
