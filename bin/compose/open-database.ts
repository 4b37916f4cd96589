import type { Config } from '../../core/config/schema.ts'
import type { Database } from '../../core/records/database.ts'
import { readNamed } from './read-named.ts'

/** The records' database, as configured. Rejects with a `ProviderError` while it cannot be reached. */
export async function openDatabase({ database }: Config, host: string): Promise<Database> {
  if (database.provider === 'sqlite') {
    const { openSqlite } = await import('../../core/records/sqlite.ts')
    return openSqlite({ path: database.path, host })
  }
  const { openPostgres } = await import('../../core/records/postgres.ts')
  const certificate =
    database.cert === undefined ? {} : { certificate: await readNamed('database.cert', database.cert) }
  const attempts = database.endpoints.map((endpoint) => () => {
    const colon = endpoint.lastIndexOf(':')
    return openPostgres({
      host: endpoint.slice(0, colon).replace(/^\[|\]$/g, ''),
      port: Number(endpoint.slice(colon + 1)),
      database: database.name,
      username: database.username,
      connections: database.pool_size,
      ...(database.password === undefined ? {} : { password: database.password }),
      ...certificate,
    })
  })
  return firstThatAnswers(attempts)
}

async function firstThatAnswers(attempts: readonly (() => Promise<Database>)[]): Promise<Database> {
  let failure: unknown = new Error('database.endpoints is empty')
  for (const attempt of attempts) {
    try {
      return await attempt()
    } catch (error) {
      failure = error
    }
  }
  throw failure
}
