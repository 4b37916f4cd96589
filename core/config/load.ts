import { ConfigError, type ConfigProblem, messageOf } from '../errors.ts'
import { encryptedFormat } from '../secret/encrypted-value.ts'
import { type FoundSecret, findSecret } from '../secret/find-secret.ts'
import { checkKeys } from './check-keys.ts'
import { decryptEntries } from './decrypt.ts'
import { type Entry, keyOf, type Origin } from './entry.ts'
import { readEnvironment } from './environment.ts'
import { type ConfigFile, findFile } from './find-file.ts'
import { checkFit } from './fit.ts'
import { knownKeys } from './known-keys.ts'
import { readOlderKeys } from './older-keys.ts'
import { parseConfig } from './parse.ts'
import { type Place, placeHere } from './place.ts'
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

interface Read {
  readonly config?: Config
  readonly problems: readonly ConfigProblem[]
  readonly notices: readonly string[]
  /** Of values that are in no entry. */
  readonly origins: ReadonlyMap<string, Origin>
}

async function readValues(entries: readonly Entry[], options: LoadOptions): Promise<Read> {
  const secret = await appSecret(entries, options)
  if (secret instanceof ConfigError) return { problems: secret.problems, notices: [], origins: new Map() }
  const { entries: clear, encrypted, ...decrypted } = await decryptEntries(entries, secret)
  const { config, problems } = parseEntries(clear, encrypted, placeHere(options))
  const notices = [...(secret?.notice ? [secret.notice] : []), ...decrypted.notices]
  const undecided = [...decrypted.problems, ...problems]
  const origins = new Map(secret ? [['app.secret', { name: secret.from }]] : [])
  if (config === undefined) return { problems: undecided, notices, origins }
  const complete = { ...config, app: { ...config.app, secret: config.app.secret ?? secret?.secret } }
  const given = new Map(entries.map((entry) => [keyOf(entry), entry.origin]))
  const fit = checkFit(complete, given)
  // A value that could not be decrypted would be reported a second time, as missing.
  const misfits = decrypted.problems.length > 0 ? [] : fit.problems
  return { config: complete, problems: [...undecided, ...misfits], notices: [...notices, ...fit.notices], origins }
}

/** `app.secret` in clear is the last place to look, as in the original. */
async function appSecret(
  entries: readonly Entry[],
  options: LoadOptions,
): Promise<FoundSecret | undefined | ConfigError> {
  try {
    const found = await findSecret({ flag: options.secret, env: options.env, home: options.home })
    const own = entries.find((entry) => keyOf(entry) === 'app.secret')?.value
    if (found !== undefined || typeof own !== 'string' || encryptedFormat(own)) return found
    return { secret: own, from: 'app.secret' }
  } catch (error) {
    return new ConfigError([{ key: '', problem: `the app secret cannot be read: ${messageOf(error)}` }])
  }
}

function parseEntries(entries: readonly Entry[], encrypted: ReadonlySet<string>, place: Place) {
  const input: Record<string, Record<string, unknown>> = {}
  for (const { section, key, value } of entries) input[section] = { ...input[section], [key]: value }
  const origins = new Map(entries.map((entry) => [keyOf(entry), entry.origin]))
  const { config, problems } = parseConfig(input, place, (key) => origins.get(key))
  const safe = problems.map((problem) => (encrypted.has(problem.key) ? withoutValue(problem) : problem))
  return { problems: safe, ...(config && { config }) }
}

function withoutValue(problem: ConfigProblem): ConfigProblem {
  const type = knownKeys.find(({ name }) => name === problem.key)?.field.type ?? 'of another form'
  return { ...problem, problem: `was decrypted, but what came out is not what belongs here (${type})` }
}

/** Secrets in clear, in a file that others may read. */
function openSecrets(entries: readonly Entry[], file: ConfigFile | undefined): string[] {
  const secrets = knownKeys.filter(({ field }) => field.secret).map(({ name }) => name)
  const inClear = entries.filter(
    ({ origin, value, ...key }) =>
      origin.name === file?.path && secrets.includes(keyOf(key)) && !encryptedFormat(String(value)),
  )
  if (!file?.open || inClear.length === 0) return []
  const keys = inClear.map(keyOf).join(', ')
  return [`${file.path} can be read by other users and holds secrets (${keys}); \`chmod 600 ${file.path}\` ends that.`]
}

function inOrder(problems: readonly ConfigProblem[]): ConfigProblem[] {
  return [...problems].sort(
    (one, other) => (one.line ?? Number.MAX_SAFE_INTEGER) - (other.line ?? Number.MAX_SAFE_INTEGER),
  )
}
