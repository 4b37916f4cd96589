import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Command } from 'commander'
import { z } from 'zod'
import type { Manifest } from '../../core/backup/manifest.ts'
import { readBackup } from '../../core/backup/read.ts'
import { backupExists, notEmpty, otherDatabase } from '../../core/backup/refusals.ts'
import { writeBackup } from '../../core/backup/write.ts'
import { loadConfig } from '../../core/config/load.ts'
import type { Config } from '../../core/config/schema.ts'
import { Refusal } from '../../core/errors.ts'
import { checkSqlite, copySqlite } from '../../core/records/operations-backup.ts'
import { readVersion } from '../version.ts'
import { dumpPostgres, restorePostgres } from './backup-postgres.ts'
import { globalOptions } from './global-options.ts'
import type { CommandIo } from './io.ts'

/** Adds `backup FILE` and `restore FILE`: the records, the installation's own secret and, if wanted, the folder store. */
export function addBackupCommands(program: Command, io: CommandIo): void {
  program
    .command('backup')
    .argument('<file>', 'the file to write; it must not exist')
    .option('--store', 'with the objects of the filesystem store: archives, logs and results')
    .description('copy the records into one file, while RAI runs')
    .action(async (file: string, given: unknown, command: Command) => {
      const { store = false } = z.object({ store: z.boolean().optional() }).parse(given)
      const target = resolve(io.cwd, file)
      await backUp(await configOf(command, io), target, store)
      io.stdout.write(`Wrote ${target}. It holds secrets of the course: keep it where only staff can read it.\n`)
    })
  program
    .command('restore')
    .argument('<file>', 'a file that `rai backup` wrote')
    .description('bring the records back, into an installation that has none')
    .action(async (file: string, _given: unknown, command: Command) => {
      const { takenAt, store } = await restore(await configOf(command, io), resolve(io.cwd, file))
      const what = store ? 'the records and the store' : 'the records'
      io.stdout.write(`Restored ${what} as they were at ${takenAt}. What ran then runs again once a worker is up.\n`)
    })
}

async function configOf(command: Command, io: CommandIo): Promise<Config> {
  const { config: file, secret } = globalOptions(command)
  return (await loadConfig({ env: io.env, home: io.home, cwd: io.cwd, file, secret })).config
}

async function backUp({ app, database, store }: Config, file: string, withStore: boolean): Promise<void> {
  if (existsSync(file)) throw backupExists(file)
  if (withStore && store.provider !== 'filesystem') throw remoteStore(store.provider)
  const scratch = await mkdtemp(join(dirname(file), '.rai-backup-'))
  try {
    const copy = join(scratch, 'database')
    if (database.provider === 'postgres') await dumpPostgres(database, copy)
    else if (existsSync(database.path)) copySqlite(database.path, copy)
    else throw new Refusal('no-records', `There are no records to back up: ${database.path} does not exist.`)
    await writeBackup(file, {
      manifest: {
        version: 1,
        program: readVersion(),
        takenAt: new Date().toISOString(),
        database: database.provider,
        store: withStore,
      },
      database: copy,
      secret: join(app.data_dir, 'secret'),
      ...(withStore ? { objects: join(store.path, 'objects') } : {}),
    })
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

function remoteStore(provider: string): Refusal {
  const sentence = `The store is ${provider}, which is backed up with its own means (such as versioning). Leave --store out.`
  return new Refusal('remote-store', sentence, { provider })
}

async function restore(config: Config, file: string): Promise<Manifest> {
  const { app, database, store } = config
  await mkdir(app.data_dir, { recursive: true, mode: 0o700 })
  const scratch = await mkdtemp(join(app.data_dir, 'restore-'))
  try {
    const manifest = await readBackup(file, scratch, (found) => refuseOverwriting(config, found))
    if (manifest.database === 'postgres') await restorePostgres(database, join(scratch, 'database'))
    else checkSqlite(join(scratch, 'database'))
    if (manifest.store) await moveTo(join(scratch, 'objects'), join(store.path, 'objects'))
    await moveTo(join(scratch, 'secret'), join(app.data_dir, 'secret'))
    // Last: with it, the installation is there.
    if (manifest.database === 'sqlite') await moveTo(join(scratch, 'database'), database.path)
    return manifest
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

function refuseOverwriting({ app, database, store }: Config, manifest: Manifest): void {
  if (manifest.database !== database.provider) throw otherDatabase(manifest.database, database.provider)
  if (manifest.store && store.provider !== 'filesystem') throw remoteStore(store.provider)
  const wanted = [join(app.data_dir, 'secret')]
  if (manifest.database === 'sqlite') wanted.push(database.path, `${database.path}-wal`)
  if (manifest.store) wanted.push(join(store.path, 'objects'))
  const found = wanted.find((path) => existsSync(path))
  if (found !== undefined) throw notEmpty(found)
}

async function moveTo(from: string, to: string): Promise<void> {
  if (!existsSync(from)) return
  await mkdir(dirname(to), { recursive: true, mode: 0o700 })
  await rename(from, to)
  await chmod(to, to.endsWith('objects') ? 0o700 : 0o600)
}
