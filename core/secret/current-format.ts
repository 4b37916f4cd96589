import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import { WrongSecret } from './wrong-secret.ts'

/** The number is the version: whoever changes anything below takes the next one and keeps reading this. */
export const currentPrefix = '==RAI2=='
const sizes = { salt: 16, iv: 12, tag: 16, key: 32 }
const shortest = sizes.salt + sizes.iv + sizes.tag
/** About 0.1 s and 32 MiB a value: secrets that people think up are guessable. */
const cost = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 }
const cipherName = 'aes-256-gcm'
const authenticated = Buffer.from(currentPrefix)
const base64url = /^[A-Za-z0-9_-]+$/

const derive = promisify<string, Buffer, number, typeof cost, Buffer>(scrypt)

/** `==RAI2==` and base64url of salt, IV, tag and ciphertext (AES-256-GCM, key by scrypt). Different every time. */
export async function encryptCurrent(plain: string, secret: string): Promise<string> {
  const salt = randomBytes(sizes.salt)
  const iv = randomBytes(sizes.iv)
  const cipher = createCipheriv(cipherName, await derive(secret, salt, sizes.key, cost), iv).setAAD(authenticated)
  const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
  return currentPrefix + Buffer.concat([salt, iv, cipher.getAuthTag(), sealed]).toString('base64url')
}

/** Throws `WrongSecret` for another secret and for a value that was changed. */
export async function decryptCurrent(value: string, secret: string): Promise<string> {
  const [salt, iv, tag, sealed] = partsOf(value.trim().slice(currentPrefix.length))
  const key = await derive(secret, salt, sizes.key, cost)
  const decipher = createDecipheriv(cipherName, key, iv, { authTagLength: sizes.tag })
  decipher.setAAD(authenticated).setAuthTag(tag)
  try {
    return Buffer.concat([decipher.update(sealed), decipher.final()]).toString('utf8')
  } catch {
    throw new WrongSecret('the secret is wrong, or the value was changed')
  }
}

function partsOf(text: string): readonly [Buffer, Buffer, Buffer, Buffer] {
  const body = Buffer.from(text, 'base64url')
  if (!base64url.test(text) || body.length < shortest || body.toString('base64url') !== text) {
    throw new WrongSecret('it is cut off or damaged')
  }
  const ivEnd = sizes.salt + sizes.iv
  return [
    body.subarray(0, sizes.salt),
    body.subarray(sizes.salt, ivEnd),
    body.subarray(ivEnd, shortest),
    body.subarray(shortest),
  ]
}
