import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { ProviderError } from '../errors.ts'
import { type Database, migrate } from './database.ts'
import type { Tables } from './tables.ts'

export interface PostgresOptions {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly username: string
  readonly password?: string
  /** PEM of the server's certificate authority. Without it the connection is not encrypted. */
  readonly certificate?: string
  /** Connections this process may hold. */
  readonly connections?: number
}

const int8Oid = 20
/** Serialization failure, deadlock: the server asks for another try. */
const tryAgainCodes = new Set(['40001', '40P01'])
const tries = 5

/** PostgreSQL 12 or later, for any number of hosts. */
export async function openPostgres(options: PostgresOptions): Promise<Database> {
  const pool = new pg.Pool(poolConfig(options))
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined)
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  try {
    await failAsProvider(() => migrate(kysely))
  } catch (error) {
    await kysely.destroy()
    throw error
  }
  return createDatabase(kysely)
}

function poolConfig(options: PostgresOptions): pg.PoolConfig {
  const { host, port, database, username, password, certificate, connections = 10 } = options
  return {
    host,
    port,
    database,
    user: username,
    max: connections,
    connectionTimeoutMillis: 10_000,
    statement_timeout: 60_000,
    application_name: 'rai',
    types: { getTypeParser: parserOf },
    ...(password === undefined ? {} : { password }),
    ...(certificate === undefined ? {} : { ssl: { ca: certificate, rejectUnauthorized: true } }),
  }
}

/** Times are bigint; they fit a double for another 285,000 years. */
const parserOf: typeof pg.types.getTypeParser = (oid: number, format?: 'text' | 'binary') =>
  oid === int8Oid ? Number : pg.types.getTypeParser(oid, format === 'binary' ? 'binary' : 'text')

function createDatabase(kysely: Kysely<Tables>): Database {
  let closing: Promise<void> | undefined
  return {
    read: (work) => failAsProvider(() => kysely.connection().execute(work)),
    write: (work) => failAsProvider(() => retrying(() => kysely.transaction().execute(work))),
    now: sql<number>`cast(extract(epoch from clock_timestamp()) * 1000 as bigint)`,
    lock: async (session, name) => {
      await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(session)
    },
    close: () => {
      closing ??= kysely.destroy()
      return closing
    },
  }
}

async function retrying<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = tries; ; left -= 1) {
    try {
      return await attempt()
    } catch (error) {
      if (left <= 1 || !tryAgainCodes.has(codeOf(error) ?? '')) throw error
    }
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

async function failAsProvider<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isFromDatabase(error)) throw error
    throw new ProviderError({
      provider: 'postgres',
      operation: 'use the database',
      retryable: isTransient(error),
      cause: error,
    })
  }
}

/** Refusals and bugs of the work itself are not the database's. */
function isFromDatabase(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return true
  const code = codeOf(error)
  if (code?.startsWith('E') === true) return true
  return error instanceof Error && /Connection terminated|timeout exceeded when trying to connect/.test(error.message)
}

/** Class 08: connection; 53: out of resources; 57: operator intervention; 40: roll-backs. No class: the socket. */
function isTransient(error: unknown): boolean {
  const code = codeOf(error)
  return code === undefined || code.startsWith('E') || /^(08|40|53|57)/.test(code)
}
