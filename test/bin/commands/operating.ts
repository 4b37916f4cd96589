import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { onTestFinished } from 'vitest'
import type { CommandIo } from '../../../bin/commands/io.ts'
import { runProgram } from '../../../bin/program.ts'

export interface Ran {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number
}

/** Runs whole command lines of `rai`, each over one installation's folder. */
export function inFolder(folder: string) {
  return async (...words: string[]): Promise<Ran> => {
    const ran = { stdout: '', stderr: '', exitCode: 0 }
    const into = (name: 'stdout' | 'stderr') =>
      new Writable({
        write(chunk, _encoding, callback) {
          ran[name] += String(chunk)
          callback()
        },
      })
    const io: CommandIo = {
      env: { RAI_APP_DATA_DIR: folder, RAI_LOGGER_FORMAT: 'json', RAI_DOCKER_RUNNER: 'bubblewrap' },
      home: folder,
      cwd: folder,
      stdin: Readable.from([]),
      stdout: into('stdout'),
      stderr: into('stderr'),
      setExitCode: (code) => {
        ran.exitCode = code
      },
    }
    await runProgram(io, words)
    return ran
  }
}

export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rai-operating-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}
