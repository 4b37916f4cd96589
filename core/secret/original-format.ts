import { createDecipheriv } from 'node:crypto'
import { WrongSecret } from './wrong-secret.ts'

export const originalPrefix = '==AES32=='
const ivBytes = 16
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/**
 * Reads what RAI of 2017 wrote: AES-256-CFB without a MAC. A wrong secret therefore only shows in that the result is
 * not base64 of UTF-8, so both are decoded strictly. Throws `WrongSecret`.
 *
 * A very short value can pass that check by chance, which is why people are told to encrypt it anew.
 */
export function decryptOriginal(value: string, secret: string): string {
  const body = fromBase64(value.trim().slice(originalPrefix.length))
  const marked = body?.subarray(0, originalPrefix.length).toString('latin1') === originalPrefix
  const sealed = marked ? body?.subarray(originalPrefix.length) : body
  if (sealed === undefined || sealed.length <= ivBytes) throw new WrongSecret('it is cut off or not base64')
  const decipher = createDecipheriv('aes-256-cfb', keyOf(secret), sealed.subarray(0, ivBytes))
  const inner = Buffer.concat([decipher.update(sealed.subarray(ivBytes)), decipher.final()])
  const plain = fromBase64(inner.toString('latin1'))
  if (plain === undefined) throw new WrongSecret('the secret is wrong')
  return strictUtf8(plain)
}

/** The original padded short secrets, and failed on longer ones than the key. */
function keyOf(secret: string): Buffer {
  const bytes = Buffer.from(secret, 'utf8')
  if (bytes.length > 32) throw new WrongSecret('the secret is longer than the 32 bytes this old format can have')
  return Buffer.concat([bytes, Buffer.alloc(32 - bytes.length, '=')])
}

/** Node skips what is not base64; a wrong secret must not pass. */
function fromBase64(text: string): Buffer | undefined {
  if (!base64.test(text)) return undefined
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}

function strictUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new WrongSecret('the secret is wrong')
  }
}
