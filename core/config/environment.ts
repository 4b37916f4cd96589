import type { Entry } from './entry.ts'
import { knownKeys, sectionNames } from './known-keys.ts'
import { nearest } from './nearest.ts'
import { unusedKeys } from './unused-keys.ts'

export interface EnvironmentEntries {
  readonly entries: readonly Entry[]
  readonly notices: readonly string[]
}

/** What containers of the original get; they may be in the environment of a worker too. */
const others = new Set(['RAI_SOURCE_DIR'])

/** `RAI_<SECTION>_<KEY>` overrides the file. An empty variable counts as not set. */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): EnvironmentEntries {
  const entries = knownKeys.flatMap(({ section, key, variable }): Entry[] => {
    const value = env[variable]
    return value ? [{ section, key, value, origin: { name: variable } }] : []
  })
  return { entries, notices: Object.keys(env).sort().flatMap(misspelt) }
}

/** Only a notice: the environment belongs to everybody. */
function misspelt(variable: string): string[] {
  const ours = sectionNames.some((section) => variable.startsWith(`RAI_${section.toUpperCase()}_`))
  const known = knownKeys.map((key) => key.variable)
  if (!ours || known.includes(variable) || others.has(variable)) return []
  const unused = unusedKeys.find((key) => variable === `RAI_${key.section}_${key.key}`.toUpperCase())
  if (unused) return [`${variable} is not used: ${unused.instead}`]
  const hint = nearest(
    variable.toLowerCase(),
    known.map((name) => name.toLowerCase()),
    (found) => ` Did you mean ${found.toUpperCase()}?`,
  )
  return [`${variable} is set, but there is no such key.${hint}`]
}
