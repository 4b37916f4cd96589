import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable, Writable } from 'node:stream'
import { Command } from 'commander'
import { onTestFinished } from 'vitest'
import { addCheckCommand } from '../../../bin/commands/check.ts'
import { addConfigCommands } from '../../../bin/commands/config.ts'
import { addCourseCommands } from '../../../bin/commands/course.ts'
import { addCryptoCommands } from '../../../bin/commands/crypto.ts'

export interface Ran {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  /** Without it, standard input is a terminal where nobody types. */
  readonly stdin?: string
  readonly home?: string
}

/** Runs one command line of `rai`, with its own streams, in an empty home. */
export async function runRai(line: readonly string[], { env = {}, stdin, home }: RunOptions = {}): Promise<Ran> {
  const written = { stdout: '', stderr: '' }
  let exitCode = 0
  const input = stdin === undefined ? Object.assign(new PassThrough(), { isTTY: true }) : Readable.from([stdin])
  const folder = home ?? (await emptyHome())
  const program = new Command('rai').exitOverride().option('-s, --secret <secret>').option('--config <file>')
  const io = {
    env,
    home: folder,
    cwd: folder,
    stdin: input,
    stdout: into(written, 'stdout'),
    stderr: into(written, 'stderr'),
    setExitCode: (code: number) => {
      exitCode = code
    },
  }
  addCheckCommand(program, io)
  addConfigCommands(program, io)
  addCourseCommands(program, io)
  addCryptoCommands(program, io)
  await program.parseAsync([...line], { from: 'user' })
  return { ...written, exitCode }
}

function into(written: { stdout: string; stderr: string }, name: 'stdout' | 'stderr'): Writable {
  return new Writable({
    write(chunk, _encoding, callback) {
      written[name] += String(chunk)
      callback()
    },
  })
}

export async function emptyHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'rai-home-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  return home
}
