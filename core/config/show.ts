import { stringify } from 'yaml'
import { redacted } from '../secret/redact.ts'
import { formatDuration } from './duration.ts'
import type { Origin } from './entry.ts'
import { type KnownKey, knownKeys, sectionNames } from './known-keys.ts'
import type { LoadedConfig } from './load.ts'
import { formatSize } from './size.ts'

/** The whole configuration as YAML that could be read again, except for the secrets, which are not in it. */
export function showConfig({ config, origins }: Pick<LoadedConfig, 'config' | 'origins'>): string {
  const sections: Readonly<Record<string, Readonly<Record<string, unknown>>>> = config
  return sectionNames
    .map((section) => {
      const keys = knownKeys.filter((known) => known.section === section)
      const lines = keys.map((known) => showKey(known, sections[section]?.[known.key], origins.get(known.name)))
      return `${section}:\n${lines.join('')}`
    })
    .join('\n')
}

function showKey(known: KnownKey, value: unknown, origin: Origin | undefined): string {
  const comment = origin === undefined ? '' : `  # from ${placeOf(origin)}`
  if (value === undefined) return `  # ${known.key} is not set\n`
  return `  ${known.key}: ${showValue(known, value)}${comment}\n`
}

/** On one line, whatever it is. */
function showValue({ key, field }: KnownKey, value: unknown): string {
  if (field.secret) return redacted
  if (typeof value === 'number' && field.type === 'size') return formatSize(value)
  if (typeof value === 'number' && field.type === 'duration') {
    return formatDuration(key.endsWith('_seconds') ? value * 1_000 : value)
  }
  return typeof value === 'object' ? JSON.stringify(value) : stringify(value, { lineWidth: 0 }).trim()
}

function placeOf({ name, line }: Origin): string {
  return line === undefined ? name : `${name}:${line}`
}
