import { expect, test } from 'vitest'
import { deriveKey, hashAccessKey, isAccessKey, newAccessKey } from '../../../core/secret/keyed-hash.ts'

const pepper = deriveKey('app secret', 'access keys')

test('an access key is 256 random bits', () => {
  const keys = Array.from({ length: 50 }, newAccessKey)
  expect(new Set(keys).size).toBe(50)
  for (const key of keys) expect(Buffer.from(key, 'base64url')).toHaveLength(32)
})

test('only the key itself, under the same pepper, fits its hash', () => {
  const key = newAccessKey()
  const hash = hashAccessKey(key, pepper)
  expect(hash).toMatch(/^[0-9a-f]{64}$/)
  expect(isAccessKey(key, hash, pepper)).toBe(true)
  expect(isAccessKey(newAccessKey(), hash, pepper)).toBe(false)
  expect(isAccessKey(key, hash, deriveKey('app secret', 'links'))).toBe(false)
  expect(isAccessKey(key, hash, deriveKey('other secret', 'access keys'))).toBe(false)
  expect(isAccessKey(key, '', pepper)).toBe(false)
})

test('hashes stay what they are, because the records keep them', () => {
  expect(hashAccessKey('key', pepper)).toBe('f959b7499e91b90ce148344e87ef131b8604c73c94f35602d4b19b4075d10304')
})
