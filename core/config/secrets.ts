import { knownKeys } from './known-keys.ts'
import type { Config } from './schema.ts'

/** Every secret that the configuration holds, for a redactor. */
export function secretsIn(config: Config): string[] {
  const sections: Readonly<Record<string, Readonly<Record<string, unknown>>>> = config
  const values = knownKeys.filter(({ field }) => field.secret).map(({ section, key }) => sections[section]?.[key])
  return values.filter((value) => typeof value === 'string')
}
