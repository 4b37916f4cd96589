import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** Runs one of the host's own programs for at most `limitMs`; rejects with what it said. Nothing hostile is passed. */
export async function runProgram(program: string, args: readonly string[], limitMs = 20_000): Promise<string> {
  const options = { timeout: limitMs, killSignal: 'SIGKILL', env: { PATH: systemPath, LC_ALL: 'C' } } as const
  const { stdout } = await execute(program, [...args], options)
  return stdout
}

const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
