import { mkdtemp, rm } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable, Writable } from 'node:stream'
import { Command } from 'commander'
import { onTestFinished } from 'vitest'
import { addKeygenCommand } from '../../bin/commands/keygen.ts'
import { messageOf, Refusal } from '../../core/errors.ts'
import { createRecords, type Records } from '../../core/records/records.ts'
import { openSqlite } from '../../core/records/sqlite.ts'

interface Ran {
  readonly stdout: string
  readonly stderr: string
  /** The code of the refusal it ended with. */
  readonly refused: string | undefined
}

export interface Home {
  readonly folder: string
  /** One command line of `rai-keygen`. Input that is not given is a terminal where nobody types. */
  run(words: readonly string[], options?: Input): Promise<Ran>
  records<T>(work: (records: Records) => Promise<T>): Promise<T>
}

/** An installation of its own, configured by these variables. */
export async function newHome(env: Readonly<Record<string, string>> = {}): Promise<Home> {
  const folder = await mkdtemp(join(tmpdir(), 'rai-keygen-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const database = join(folder, 'rai.db')
  const all = { RAI_SECRET: 'a secret of the course', RAI_DATABASE_PATH: database, ...env }
  return {
    folder,
    run: (words, input = {}) => run(words, { env: all, folder, ...input }),
    records: async (work) => {
      const records = createRecords(await openSqlite({ path: database, host: hostname() }))
      return work(records).finally(() => records.close())
    },
  }
}

interface Input {
  readonly stdin?: string
  /** What somebody types on a terminal, instead. */
  readonly typed?: string
}

interface Place extends Input {
  readonly env: Readonly<Record<string, string>>
  readonly folder: string
}

async function run(words: readonly string[], { env, folder, stdin, typed }: Place): Promise<Ran> {
  const written = { stdout: '', stderr: '' }
  const program = new Command('rai').exitOverride().option('-s, --secret <secret>').option('--config <file>')
  addKeygenCommand(program, {
    ...{ env, home: folder, cwd: folder },
    stdin: inputOf(stdin, typed),
    stdout: into(written, 'stdout'),
    stderr: into(written, 'stderr'),
    setExitCode: () => undefined,
  })
  let refused: string | undefined
  await program.parseAsync(['keygen', ...words], { from: 'user' }).catch((error: unknown) => {
    written.stderr += `${messageOf(error)}\n`
    refused = error instanceof Refusal ? error.code : `not a refusal: ${error instanceof Error ? error.name : ''}`
  })
  return { ...written, refused }
}

function inputOf(stdin: string | undefined, typed: string | undefined) {
  const terminal = new PassThrough()
  if (typed !== undefined) terminal.write(typed)
  return stdin === undefined
    ? Object.assign(terminal, { isTTY: typed !== undefined })
    : Readable.from([Buffer.from(stdin)])
}

function into(written: { stdout: string; stderr: string }, name: 'stdout' | 'stderr'): Writable {
  return new Writable({
    write(chunk, _encoding, callback) {
      written[name] += String(chunk)
      callback()
    },
  })
}
