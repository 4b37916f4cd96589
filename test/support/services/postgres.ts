import { randomBytes } from 'node:crypto'
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import pg from 'pg'
import { findProvided, type WantedPackage } from '../../../bin/machine/packages.ts'
import { freePort, startChild, waitUntil } from './children.ts'

/** What it takes to open a database; the names are those of `core/records`. */
export interface PostgresAccess {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly username: string
  readonly password: string
}

export interface PostgresService {
  /** Of the administrator, who may create databases. */
  readonly access: PostgresAccess
  stop(): Promise<void>
}

const initdb = '/usr/lib/postgresql/*/bin/initdb'

export const postgresPackages: readonly WantedPackage[] = [
  { package: 'postgresql', provides: initdb, why: 'test the records on a real PostgreSQL' },
]

/** What makes it quick, and forgetful: nothing here outlives the tests. */
const settings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '200',
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  dynamic_shared_memory_type: 'mmap',
}

/** A real PostgreSQL on a free port of loopback, in a temporary folder, as a user without rights. */
export async function startPostgres(): Promise<PostgresService> {
  const program = findProvided(initdb)
  if (program === undefined) throw new Error('PostgreSQL is not installed: no initdb')
  const user = await unprivilegedUser()
  const folder = mkdtempSync(join(tmpdir(), 'rai-postgres-'))
  try {
    const password = await initialise(program, folder, user)
    const port = await freePort()
    const words = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`])
    const data = join(folder, 'data')
    const server = [join(dirname(program), 'postgres'), '-D', data, '-p', String(port), ...words]
    const child = startChild('setpriv', [...asUser(user), '--pdeathsig', 'KILL', ...server])
    const access = { host: '127.0.0.1', port, database: 'postgres', username: 'rai', password }
    await waitUntil(child, () => answers(access), 30_000).catch(async (error: unknown) => {
      await child.kill()
      throw error
    })
    return {
      access,
      async stop() {
        // "Immediate shutdown": frees its shared memory, writes nothing any more.
        await child.kill('SIGQUIT')
        rmSync(folder, { recursive: true, force: true })
      },
    }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

let created = 0

/** A new, empty database beside the others. `drop` also ends the connections that are still open to it. */
export async function createDatabase(admin: PostgresAccess): Promise<PostgresAccess & { drop(): Promise<void> }> {
  created += 1
  const database = `test_${process.pid}_${created}_${randomBytes(4).toString('hex')}`
  await query(admin, `create database ${database}`)
  return { ...admin, database, drop: () => query(admin, `drop database if exists ${database} with (force)`) }
}

interface User {
  readonly uid: number
  readonly gid: number
}

/** PostgreSQL refuses to run as root. `undefined` where we are not root anyway. */
async function unprivilegedUser(): Promise<User | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const [uid, gid] = await Promise.all([execa('id', ['-u', 'postgres']), execa('id', ['-g', 'postgres'])])
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
}

function asUser(user: User | undefined): readonly string[] {
  return user === undefined ? [] : ['--reuid', String(user.uid), '--regid', String(user.gid), '--clear-groups']
}

/** Returns the administrator's password. */
async function initialise(program: string, folder: string, user: User | undefined): Promise<string> {
  const password = randomBytes(16).toString('hex')
  const file = join(folder, 'password')
  writeFileSync(file, password, { mode: 0o600 })
  if (user !== undefined) for (const path of [folder, file]) chownSync(path, user.uid, user.gid)
  const words = ['-D', join(folder, 'data'), '-U', 'rai', '--auth=scram-sha-256', `--pwfile=${file}`, '--no-sync']
  const locale = ['--locale=C.UTF-8', '--encoding=UTF8']
  await execa('setpriv', [...asUser(user), program, ...words, ...locale], { timeout: 60_000, cwd: folder })
  return password
}

async function answers(access: PostgresAccess): Promise<boolean> {
  await query(access, 'select 1')
  return true
}

async function query({ username, ...access }: PostgresAccess, text: string): Promise<void> {
  const client = new pg.Client({ ...access, user: username })
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}
