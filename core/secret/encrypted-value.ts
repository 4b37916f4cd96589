import { currentPrefix, decryptCurrent, encryptCurrent } from './current-format.ts'
import { decryptOriginal, originalPrefix } from './original-format.ts'

export type EncryptedFormat = 'original' | 'current'

/** `undefined` for a value in clear. */
export function encryptedFormat(value: string): EncryptedFormat | undefined {
  const text = value.trimStart()
  if (text.startsWith(currentPrefix)) return 'current'
  return text.startsWith(originalPrefix) ? 'original' : undefined
}

/** Always in the current format. */
export async function encryptValue(plain: string, secret: string): Promise<string> {
  return encryptCurrent(plain, secret)
}

/** Reads both formats. Rejects with `WrongSecret`; a value in neither format is returned as it is. */
export async function decryptValue(value: string, secret: string): Promise<string> {
  const format = encryptedFormat(value)
  if (format === undefined) return value
  return format === 'current' ? decryptCurrent(value, secret) : decryptOriginal(value, secret)
}
