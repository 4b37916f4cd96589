import { execa } from 'execa'
import type { Config } from '../../core/config/schema.ts'
import { ProviderError, Refusal } from '../../core/errors.ts'
import { findProvided } from '../machine/packages.ts'

type DatabaseConfig = Config['database']

/** Copies the PostgreSQL database into a file, in the format that `pg_restore` reads. */
export async function dumpPostgres(database: DatabaseConfig, file: string): Promise<void> {
  await runClient('pg_dump', ['--format=custom', '--no-owner', '--no-privileges', `--file=${file}`], database)
}

/** Fills an empty database, all or nothing: what is in it already makes it fail, and stays as it is. */
export async function restorePostgres(database: DatabaseConfig, file: string): Promise<void> {
  const words = ['--no-owner', '--no-privileges', '--exit-on-error', '--single-transaction']
  await runClient('pg_restore', [...words, `--dbname=${database.name}`, file], database)
}

async function runClient(name: string, words: readonly string[], database: DatabaseConfig): Promise<void> {
  const program = findProvided(name)
  if (program === undefined) throw missingClient(name, words)
  const { failed, stderr, shortMessage } = await execa(program, words, {
    reject: false,
    stdin: 'ignore',
    env: accessOf(database),
    maxBuffer: 100_000,
  })
  if (!failed) return
  const said = typeof stderr === 'string' && stderr !== '' ? stderr.split('\n').slice(0, 5).join('\n') : shortMessage
  throw new ProviderError({ provider: name, operation: 'finish', retryable: false, cause: new Error(said) })
}

/** By environment, so that the password is in no process list. */
function accessOf({ endpoints, name, username, password, cert }: DatabaseConfig): Record<string, string> {
  const [endpoint = ''] = endpoints
  const colon = endpoint.lastIndexOf(':')
  return {
    PGHOST: endpoint.slice(0, colon).replace(/^\[|\]$/g, ''),
    PGPORT: endpoint.slice(colon + 1),
    PGDATABASE: name,
    PGUSER: username,
    PGCONNECT_TIMEOUT: '15',
    ...(password === undefined ? {} : { PGPASSWORD: password }),
    ...(cert === undefined ? {} : { PGSSLMODE: 'verify-full', PGSSLROOTCERT: cert }),
  }
}

function missingClient(name: string, words: readonly string[]): Refusal {
  const sentence = `${name} is not on this host. Install the package postgresql-client, or run this where it is:\n${name} ${words.join(' ')}`
  return new Refusal('missing-client', sentence, { program: name })
}
