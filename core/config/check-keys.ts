import type { ConfigProblem } from '../errors.ts'
import { type Entry, keyOf } from './entry.ts'
import { knownKeys, sectionNames } from './known-keys.ts'
import { nearest } from './nearest.ts'

export interface CheckedKeys {
  readonly known: readonly Entry[]
  readonly problems: readonly ConfigProblem[]
}

/** Keeps the keys of the schema; every other one is a problem that names what may be meant. */
export function checkKeys(entries: readonly Entry[]): CheckedKeys {
  const names = new Set(knownKeys.map(({ name }) => name))
  const known = entries.filter((entry) => names.has(keyOf(entry)))
  const unknown = entries.filter((entry) => !names.has(keyOf(entry)))
  return { known, problems: unknown.map(explain) }
}

function explain(entry: Entry): ConfigProblem {
  const { name: origin, line } = entry.origin
  const key = entry.section === '' ? entry.key : keyOf(entry)
  return { key, origin, ...(line !== undefined && { line }), problem: problemOf(entry) }
}

function problemOf({ section, key }: Entry): string {
  if (section === '') return topLevel(key)
  if (!sectionNames.includes(section)) {
    return `there is no section "${section}"${nearest(section, sectionNames, (found) => `; did you mean "${found}"?`)}`
  }
  const siblings = knownKeys.filter((known) => known.section === section).map((known) => known.key)
  const hint = nearest(key, siblings, (found) => `; did you mean ${section}.${found}?`)
  return `there is no such key${hint || elsewhere(key)}`
}

function topLevel(key: string): string {
  if (sectionNames.includes(key)) return 'is a section; write its keys below it, indented by two blanks'
  return `stands outside every section${elsewhere(key)}`
}

/** The key may be right, and only under the wrong section. */
function elsewhere(key: string): string {
  const places = knownKeys.filter((known) => known.key === key).map(({ name }) => name)
  return places.length === 0 ? '' : `; there is ${places.slice(0, 4).join(', ')}`
}
