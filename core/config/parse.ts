import { ConfigError, type ConfigProblem } from '../errors.ts'
import type { Origin } from './entry.ts'
import { type Place, placeHere } from './place.ts'
import { resolveConfig } from './resolve.ts'
import { type Config, type ConfigInput, configSchema } from './schema.ts'

export interface Parsed {
  /** `undefined` exactly when there are problems. */
  readonly config?: Config
  readonly problems: readonly ConfigProblem[]
}

/** Reads values that are already in their sections. */
export function parseConfig(input: unknown, place: Place, originOf: (key: string) => Origin | undefined): Parsed {
  const result = configSchema.safeParse(input)
  if (result.success) return { config: resolveConfig(result.data, place), problems: [] }
  const problems = result.error.issues.map(({ path: [section, key], message }): ConfigProblem => {
    const name = [section, key].filter((part) => part !== undefined).join('.')
    const origin = originOf(name)
    const line = origin?.line
    return { key: name, problem: message, ...(origin && { origin: origin.name }), ...(line && { line }) }
  })
  return { problems }
}

/** A configuration from values in the program: for tests and the demo. Throws `ConfigError`. */
export function configFrom(input: ConfigInput, folders: Pick<Place, 'home' | 'cwd'>): Config {
  const { config, problems } = parseConfig(input, placeHere(folders), () => undefined)
  if (config === undefined) throw new ConfigError(problems)
  return config
}
