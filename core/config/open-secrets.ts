import { encryptedFormat } from '../secret/encrypted-value.ts'
import { type Entry, keyOf } from './entry.ts'
import type { ConfigFile } from './find-file.ts'
import { knownKeys } from './known-keys.ts'

/** A notice where secrets stand in clear in a file that others may read. */
export function openSecrets(entries: readonly Entry[], file: ConfigFile | undefined): string[] {
  const secrets = knownKeys.filter(({ field }) => field.secret).map(({ name }) => name)
  const inClear = entries.filter(
    ({ origin, value, ...key }) =>
      origin.name === file?.path && secrets.includes(keyOf(key)) && !encryptedFormat(String(value)),
  )
  if (!file?.open || inClear.length === 0) return []
  const keys = inClear.map(keyOf).join(', ')
  return [`${file.path} can be read by other users and holds secrets (${keys}); \`chmod 600 ${file.path}\` ends that.`]
}
