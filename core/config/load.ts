import { ConfigError, type ConfigProblem } from '../errors.ts'
import { checkKeys } from './check-keys.ts'
import { keyOf, type Origin } from './entry.ts'
import { readEnvironment } from './environment.ts'
import { findFile } from './find-file.ts'
import { readOlderKeys } from './older-keys.ts'
import { openSecrets } from './open-secrets.ts'
import { readValues } from './read-values.ts'
import type { Config } from './schema.ts'
import { readYaml } from './yaml-file.ts'

export interface LoadOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
  readonly cwd: string
  /** What `--config` gave. */
  readonly file?: string | undefined
  /** What `-s` gave. */
  readonly secret?: string | undefined
}

export interface LoadedConfig {
  readonly config: Config
  /** Sentences an administrator should read once, at start. None holds a secret. */
  readonly notices: readonly string[]
  /** Where each value that is not a default comes from, by its key, such as `docker.memory_limit`. */
  readonly origins: ReadonlyMap<string, Origin>
  /** The file that was read. */
  readonly file?: string
}

/**
 * The configuration from its file and the environment. Rejects with a `ConfigError` that holds every problem.
 * It reads, and changes nothing.
 */
export async function loadConfig(options: LoadOptions): Promise<LoadedConfig> {
  const { file, notices: fileNotices } = await findFile(options)
  const fromFile = file ? readYaml(file) : { entries: [], problems: [] }
  if (fromFile.entries.length === 0 && fromFile.problems.length > 0) throw new ConfigError(fromFile.problems)
  const environment = readEnvironment(options.env)
  const older = readOlderKeys([...fromFile.entries, ...environment.entries])
  const { known, problems: keyProblems } = checkKeys(older.entries)
  const entries = [...new Map(known.map((entry) => [keyOf(entry), entry])).values()]
  const read = await readValues(entries, options)
  const notices = [
    ...fileNotices,
    ...environment.notices,
    ...older.notices,
    ...openSecrets(entries, file),
    ...read.notices,
  ]
  const problems = [...fromFile.problems, ...keyProblems, ...read.problems]
  if (problems.length > 0 || read.config === undefined) throw new ConfigError(inOrder(problems))
  const origins = new Map([...read.origins, ...entries.map((entry) => [keyOf(entry), entry.origin] as const)])
  return { config: read.config, notices, origins, ...(file && { file: file.path }) }
}

function inOrder(problems: readonly ConfigProblem[]): ConfigProblem[] {
  return [...problems].sort(
    (one, other) => (one.line ?? Number.MAX_SAFE_INTEGER) - (other.line ?? Number.MAX_SAFE_INTEGER),
  )
}
