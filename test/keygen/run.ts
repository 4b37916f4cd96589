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

export interface Ran {
  readonly stdout: string
  readonly stderr: string
  /** The code of the refusal it ended with. */
  readonly refused: string | undefined
}

export interface Home {
  readonly folder: string
  /** One command line of `rai-keygen`. Input that is not given is a terminal where nobody types. */
  run(words: readonly string[], options?: { readonly stdin?: string }): Promise<Ran>
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
    run: (words, { stdin } = {}) => run(words, { env: all, folder, stdin }),
    records: async (work) => {
      const records = createRecords(await openSqlite({ path: database, host: hostname() }))
      return work(records).finally(() => records.close())
    },
  }
}

interface Place {
  readonly env: Readonly<Record<string, string>>
  readonly folder: string
  readonly stdin: string | undefined
}

async function run(words: readonly string[], { env, folder, stdin }: Place): Promise<Ran> {
  const written = { stdout: '', stderr: '' }
  const program = new Command('rai').exitOverride().option('-s, --secret <secret>').option('--config <file>')
  addKeygenCommand(program, {
    ...{ env, home: folder, cwd: folder },
    stdin:
      stdin === undefined ? Object.assign(new PassThrough(), { isTTY: false }) : Readable.from([Buffer.from(stdin)]),
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

function into(written: { stdout: string; stderr: string }, name: 'stdout' | 'stderr'): Writable {
  return new Writable({
    write(chunk, _encoding, callback) {
      written[name] += String(chunk)
      callback()
    },
  })
}
