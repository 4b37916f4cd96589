import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'

/** A key of its own for each purpose, so that one that leaks opens nothing else. 32 bytes. */
export function deriveKey(appSecret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', appSecret, '', `rai ${purpose}`, 32))
}

/** 256 random bits, as 43 characters of base64url: nothing to guess. */
export function newAccessKey(): string {
  return randomBytes(32).toString('base64url')
}

/**
 * What the records keep of an access key: HMAC-SHA-256 in hex. The records alone do not even let one test a key.
 * @param pepper from `deriveKey(appSecret, 'access keys')`.
 */
export function hashAccessKey(accessKey: string, pepper: Buffer): string {
  return createHmac('sha256', pepper).update(accessKey, 'utf8').digest('hex')
}

/** In constant time. */
export function isAccessKey(accessKey: string, hash: string, pepper: Buffer): boolean {
  const expected = Buffer.from(hashAccessKey(accessKey, pepper), 'latin1')
  const given = Buffer.from(hash, 'latin1')
  return expected.length === given.length && timingSafeEqual(expected, given)
}
