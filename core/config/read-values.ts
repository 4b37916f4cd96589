import { ConfigError, type ConfigProblem, messageOf } from '../errors.ts'
import { encryptedFormat } from '../secret/encrypted-value.ts'
import { type FoundSecret, findSecret } from '../secret/find-secret.ts'
import { decryptEntries } from './decrypt.ts'
import { type Entry, keyOf, type Origin } from './entry.ts'
import { checkFit } from './fit.ts'
import { knownKeys } from './known-keys.ts'
import { parseConfig } from './parse.ts'
import { type Place, placeHere } from './place.ts'
import type { Config } from './schema.ts'

export interface ReadOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
  readonly cwd: string
  readonly secret?: string | undefined
}

export interface ReadValues {
  readonly config?: Config
  readonly problems: readonly ConfigProblem[]
  readonly notices: readonly string[]
  /** Of values that are in no entry. */
  readonly origins: ReadonlyMap<string, Origin>
}

/** Decrypts the values, checks each against its key and all against each other. */
export async function readValues(entries: readonly Entry[], options: ReadOptions): Promise<ReadValues> {
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
  options: ReadOptions,
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
