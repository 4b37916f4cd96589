import { type Entry, keyOf } from './entry.ts'
import { unusedKeys } from './unused-keys.ts'

export interface Reading {
  readonly entries: readonly Entry[]
  readonly notices: readonly string[]
}

/** Turns keys of older configurations into ours, and says which reading was taken. */
export function readOlderKeys(entries: readonly Entry[]): Reading {
  const readings = entries.map(readOne)
  return { entries: readings.flatMap(({ entries: kept }) => kept), notices: readings.flatMap(({ notices }) => notices) }
}

function readOne(entry: Entry): Reading {
  const name = keyOf(entry)
  const unused = unusedKeys.find((key) => keyOf(key) === name)
  if (unused) return { entries: [], notices: [`${placeOf(entry)}${name} is not used: ${unused.instead}`] }
  // No section has a list for its value, so this can be meant only one way.
  if (name === '.courses') return { entries: [{ ...entry, section: 'courses', key: 'files' }], notices: [] }
  if (name === 'client.bucket') return readBucket(entry)
  if (name === 'client.build_file') return readBuildFile(entry)
  if (name === 'docker.username' && ['root', '0', '0:0'].includes(String(entry.value))) return refuseRoot(entry)
  return { entries: [entry], notices: [] }
}

/** The guide gives `userdata`, a folder; a real bucket's name is mostly a host name. */
function readBucket(entry: Entry): Reading {
  const value = String(entry.value)
  return value.includes('.')
    ? renamed(entry, 'upload_bucket', 'the bucket')
    : renamed(prefixOf(entry), 'upload_destination_directory', 'the prefix in the store for what students send')
}

/** The code took the build file's base name from it, the guide the place for results, `rai build`. */
function readBuildFile(entry: Entry): Reading {
  const value = String(entry.value).trim()
  const folder = /[\s/]/.test(value) || value === 'userdata'
  if (folder) return renamed(prefixOf(entry), 'build_destination_directory', 'the prefix in the store for results')
  return { entries: [{ ...entry, value: value.replace(/\.ya?ml$/, '') }], notices: [] }
}

/** A key in the store has no blanks. */
function prefixOf(entry: Entry): Entry {
  return {
    ...entry,
    value: String(entry.value)
      .trim()
      .replaceAll(/\s+/g, '_')
      .replaceAll(/^\/+|\/+$/g, ''),
  }
}

function renamed(entry: Entry, key: string, meaning: string): Reading {
  const notice = `${placeOf(entry)}${keyOf(entry)} is read as ${meaning} (client.${key} is "${String(entry.value)}").`
  return { entries: [{ ...entry, key }], notices: [notice] }
}

function refuseRoot(entry: Entry): Reading {
  const notice = `${placeOf(entry)}docker.username is not obeyed: students' programs never run as root.`
  return { entries: [], notices: [notice] }
}

function placeOf({ origin: { name, line } }: Entry): string {
  return line === undefined ? `${name}: ` : `${name}:${line}: `
}
