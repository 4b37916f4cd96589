import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { openDatabase } from '../../bin/compose/open-database.ts'
import { configFrom } from '../../core/config/parse.ts'
import type { Config, ConfigInput } from '../../core/config/schema.ts'
import type { Database } from '../../core/records/database.ts'
import { createRecords, type Records } from '../../core/records/records.ts'
import type { Submission } from '../../core/records/submission.ts'
import { compilerImage, testImage } from '../support/images.ts'
import { until } from '../support/until.ts'
import { type RaiProcess, startRai } from './rai-process.ts'

/** RAI as an administrator has it: a configuration file, and processes that read it. */
export interface Installation {
  readonly config: Config
  readonly records: Records
  /** For what the records have no question for. */
  readonly database: Database
  /** Any command, ready or not. */
  startProcess(...words: string[]): Promise<RaiProcess>
  startWorker(): Promise<RaiProcess>
  /** A class channel; its standard input is what a person types. */
  startBot(): Promise<RaiProcess>
  /** Makes a folder with these files, and answers its path. */
  folder(files: Readonly<Record<string, string>>): Promise<string>
  /** Types `/rai submit …` and answers the new submission's id. */
  submit(bot: RaiProcess, source: string): Promise<string>
  finished(id: string): Promise<Submission>
  close(): Promise<void>
}

/** Patience for a loaded machine; what a test waits for takes seconds. */
const patienceMs = 240_000

/** @param env what its processes have in their environment besides. */
export async function createInstallation(input: ConfigInput, env: NodeJS.ProcessEnv = {}): Promise<Installation> {
  const home = await mkdtemp(join(tmpdir(), 'rai-e2e-'))
  // As an administrator would: what runs as somebody else has to pass through it.
  await chmod(home, 0o711)
  const written = withDefaults(input, home)
  const file = join(home, 'rai.yml')
  await writeFile(file, stringify(written), { mode: 0o600 })
  const config = configFrom(written, { home, cwd: home })
  const database = await openDatabase(config, hostname())
  const records = createRecords(database)
  const processes: RaiProcess[] = []
  const start = async (...words: string[]) => {
    const child = startRai(['--config', file, ...words], home, env)
    processes.push(child)
    return child
  }
  let folders = 0
  return {
    config,
    records,
    database,
    startProcess: start,
    startWorker: async () => {
      const worker = await start('worker')
      await worker.says('the worker is ready')
      return worker
    },
    startBot: async () => {
      const bot = await start('bot', 'terminal')
      await bot.says('/rai help shows what I can do')
      return bot
    },
    folder: async (files) => {
      folders += 1
      const folder = join(home, `project-${folders}`)
      await mkdir(folder)
      await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)))
      return folder
    },
    submit: async (bot, source) => {
      const before = bot.output().length
      bot.type(`/rai submit ${source}`)
      const [, prefix = ''] = await bot.matches(/Its id is ([0-9a-f]+)/, before)
      const [submission] = await records.lookup.byPrefix(prefix, 1)
      if (submission === undefined) throw new Error(`no submission begins with ${prefix}`)
      return submission.id
    },
    finished: (id) =>
      until(async () => {
        const submission = await records.lookup.byId(id)
        return submission?.state === 'finished' ? submission : undefined
      }, patienceMs),
    close: async () => {
      await Promise.all(processes.map((child) => child.end()))
      await records.close()
      await rm(home, { recursive: true, force: true })
    },
  }
}

function withDefaults({ app, server, docker, source, ...parts }: ConfigInput, home: string): ConfigInput {
  return {
    app: { data_dir: join(home, 'data'), tempdir: join(home, 'tmp'), rate_limit: 0, ...app },
    server: { lease_seconds: 6, sweep_interval: '1s', shutdown_deadline: '5s', ...server },
    docker: {
      image: testImage,
      allowed_images: [compilerImage],
      memory_limit: '256mb',
      tmp_limit: '32mb',
      shm_limit: '16mb',
      build_limit: '64mb',
      grace: '1s',
      ...docker,
    },
    source: { protocols: ['https', 'http'], allow_private_addresses: true, ...source },
    ...parts,
  }
}
