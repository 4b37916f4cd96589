import { homedir } from 'node:os'
import type { Readable, Writable } from 'node:stream'

/** Everything a command may touch outside of its arguments, so that tests can hand in their own. */
export interface CommandIo {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
  readonly cwd: string
  readonly stdin: Readable & { readonly isTTY?: boolean }
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number }
  readonly stderr: Writable & { readonly isTTY?: boolean }
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
