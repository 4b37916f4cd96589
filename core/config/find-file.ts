import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { ConfigError } from '../errors.ts'

export interface FilePlaces {
  /** What `--config` gave. */
  readonly file?: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
  readonly cwd: string
}

export interface ConfigFile {
  readonly path: string
  readonly bytes: Buffer
  /** Whether other users of the host may read it. */
  readonly open: boolean
}

export interface FoundFile {
  readonly file?: ConfigFile
  readonly notices: readonly string[]
}

const largest = 1024 * 1024
const name = '.rai_config.yml'

/**
 * `--config`, else `RAI_CONFIG_FILE`, else the first of `~/.rai_config.yml` and `./.rai_config.yml`.
 * A file that was asked for must be there; the others may be missing.
 */
export async function findFile({ file, env, home, cwd }: FilePlaces): Promise<FoundFile> {
  const asked = file ? { path: file, by: '--config' } : { path: env.RAI_CONFIG_FILE, by: 'RAI_CONFIG_FILE' }
  if (asked.path) return { file: await required(resolve(cwd, asked.path), asked.by), notices: [] }
  const atHome = await read(join(home, name))
  const here = resolve(home) === resolve(cwd) ? undefined : await read(join(cwd, name))
  const both = atHome !== undefined && here !== undefined
  const notices = both ? [`${here.path} is not read, because ${atHome.path} comes first; \`--config\` chooses.`] : []
  const found = atHome ?? here
  return { notices, ...(found && { file: found }) }
}

async function required(path: string, by: string): Promise<ConfigFile> {
  const found = await read(path)
  if (found === undefined) throw fault(path, `there is no such file; ${by} names it`)
  return found
}

/** Without waiting for a writer, should somebody have put a pipe there. */
async function read(path: string): Promise<ConfigFile | undefined> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return undefined
    if (hasCode(error, 'EACCES')) throw fault(path, 'this user may not read the file; check its owner and `chmod`')
    throw fault(path, `the file cannot be opened: ${String(error)}`)
  })
  if (handle === undefined) return undefined
  try {
    const stats = await handle.stat()
    if (stats.isDirectory()) throw fault(path, 'this is a folder; name the file inside it')
    if (!stats.isFile()) throw fault(path, 'this is not a regular file')
    if (stats.size > largest) throw fault(path, `the file has ${stats.size} bytes; at most ${largest} are read`)
    return { path, bytes: await handle.readFile(), open: (stats.mode & 0o077) !== 0 }
  } finally {
    await handle.close()
  }
}

function fault(origin: string, problem: string): ConfigError {
  return new ConfigError([{ key: '', origin, problem }])
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
