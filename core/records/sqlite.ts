import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Kysely, SqliteDialect, sql } from 'kysely'
import Libsql from 'libsql'
import { ConfigError, ProviderError } from '../errors.ts'
import { type Database, migrate } from './database.ts'
import type { Tables } from './tables.ts'

export interface SqliteOptions {
  /** The database file, on a local disk. Its folder is made when missing. */
  readonly path: string
  /** This host. A file in use by another one is refused: SQLite's locks do not reach across hosts. */
  readonly host: string
  /** How long a writer waits for its turn before the database counts as failed, in milliseconds. */
  readonly busyMs?: number
}

/** Short, because the driver blocks the whole process while it waits; the longer wait is ours and asynchronous. */
const driverBusyMs = 5
const claimMs = 90_000
const claimRenewMs = 30_000

/** SQLite in WAL mode, for any number of processes on one host. */
export async function openSqlite(options: SqliteOptions): Promise<Database> {
  await mkdir(dirname(options.path), { recursive: true, mode: 0o700 })
  // SQLite would make it readable for everybody, and its journal takes over the mode.
  await (await open(options.path, 'a', 0o600)).close()
  const file = openFile(options.path)
  const kysely = new Kysely<Tables>({ dialect: new SqliteDialect({ database: file }) })
  const database = createDatabase(file, kysely, options.busyMs ?? 10_000)
  try {
    await database.write(async () => undefined)
    await retryWhileBusy(() => migrate(kysely), 30_000)
    await claimHost(database, options)
  } catch (error) {
    await kysely.destroy()
    throw error
  }
  const renewal = setInterval(() => void claimHost(database, options).catch(() => undefined), claimRenewMs)
  renewal.unref()
  return { ...database, close: () => close(kysely, renewal) }
}

function openFile(path: string): Libsql.Database {
  const file = new Libsql(path)
  file.pragma(`busy_timeout = ${driverBusyMs}`)
  file.pragma('journal_mode = WAL')
  file.pragma('synchronous = FULL')
  return file
}

function createDatabase(file: Libsql.Database, kysely: Kysely<Tables>, busyMs: number): Omit<Database, 'close'> {
  return {
    read: (work) => failAsProvider(() => retryWhileBusy(() => kysely.connection().execute(work), busyMs)),
    write: (work) =>
      failAsProvider(() => kysely.connection().execute((session) => transact(file, () => work(session), busyMs))),
    now: sql<number>`cast((julianday('now') - 2440587.5) * 86400000 as integer)`,
    // One writer at a time is all that SQLite has.
    lock: async () => undefined,
  }
}

/**
 * `exec`, not a prepared statement: one that met a lock stays open in the driver until it is collected, and no
 * transaction commits beside an open statement.
 */
async function transact<T>(file: Libsql.Database, work: () => Promise<T>, busyMs: number): Promise<T> {
  await retryWhileBusy(async () => file.exec('begin immediate'), busyMs)
  try {
    const result = await work()
    file.exec('commit')
    return result
  } catch (error) {
    // A full disk has rolled it back already, and a second roll-back would hide that.
    if (file.inTransaction) file.exec('rollback')
    throw error
  }
}

async function retryWhileBusy<T>(attempt: () => Promise<T>, limitMs: number): Promise<T> {
  const deadline = performance.now() + limitMs
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error
      await delay(2 + Math.random() * 10)
    }
  }
}

function isBusy(error: unknown): boolean {
  return sqliteCode(error)?.startsWith('SQLITE_BUSY') === true
}

function sqliteCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined
  return error.code.startsWith('SQLITE_') ? error.code : undefined
}

async function failAsProvider<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const code = sqliteCode(error)
    if (code === undefined) throw error
    throw new ProviderError({
      provider: 'sqlite',
      operation: 'use the database',
      retryable: isBusy(error),
      cause: error,
    })
  }
}

/** The file belongs to the host that used it last, until that host has been silent for a while. */
async function claimHost(database: Omit<Database, 'close'>, { path, host }: SqliteOptions): Promise<void> {
  await database.write(async (session) => {
    const holder = await session
      .selectFrom('lease')
      .select(['owner', sql<number>`until - ${database.now}`.as('leftMs')])
      .where('name', '=', 'sqlite-host')
      .executeTakeFirst()
    if (holder !== undefined && holder.owner !== host && holder.leftMs > 0) throw otherHost(path, holder.owner, host)
    const row = { name: 'sqlite-host', owner: host, token: host, until: sql<number>`${database.now} + ${claimMs}` }
    await session
      .insertInto('lease')
      .values(row)
      .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
      .execute()
  })
}

function otherHost(path: string, owner: string, host: string): ConfigError {
  const problem =
    `${path} is in use by the host ${owner}, and this is ${host}. SQLite serves one host: ` +
    'set database.provider to postgres to run on several, or stop RAI there and wait two minutes.'
  return new ConfigError([{ key: 'database.provider', problem }])
}

async function close(kysely: Kysely<Tables>, renewal: NodeJS.Timeout): Promise<void> {
  clearInterval(renewal)
  await kysely.destroy()
}
