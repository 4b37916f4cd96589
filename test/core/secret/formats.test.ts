import { createCipheriv, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decryptValue, encryptedFormat, encryptValue } from '../../../core/secret/encrypted-value.ts'
import { decryptOriginal } from '../../../core/secret/original-format.ts'
import { WrongSecret } from '../../../core/secret/wrong-secret.ts'

const vectors = [
  ['==AES32==PT1BRVMzMj09+swJFof+Q6uZ3wxf5ggLZuAmIoBhrUvSYmiZczsN/E+3MnL59wSsKIOKOyk=', 'MY_PLAIN_TEXT_STRING'],
  ['==AES32==PT1BRVMzMj092vIPa7sCd3dlC14TvbKpSQuITPub4s86pvkTnuh486P86ajE5CWENi+WNO8=', 'AKIAIOSFODNN7EXAMPLE'],
] as const

/** What the original program did, for texts it left us no vectors of. */
function encryptOriginal(plain: string, secret: string, marked: boolean): string {
  const iv = randomBytes(16)
  const cipher = createCipheriv('aes-256-cfb', Buffer.from(secret.padEnd(32, '=')), iv)
  const sealed = Buffer.concat([cipher.update(Buffer.from(plain).toString('base64'), 'latin1'), cipher.final()])
  const marker = Buffer.from(marked ? '==AES32==' : '')
  return `==AES32==${Buffer.concat([marker, iv, sealed]).toString('base64')}`
}

test.each(vectors)('reads %s, which the original wrote', (value, plain) => {
  expect(decryptOriginal(value, 'PASS')).toBe(plain)
})

test.each(vectors)('refuses %s with another secret', (value) => {
  for (const secret of ['pass', 'PASS=X', '', 'x'.repeat(32), 'x'.repeat(33)]) {
    expect(() => decryptOriginal(value, secret)).toThrow(WrongSecret)
  }
})

test('reads every text in the original format, with and without the inner marker', () => {
  const secrets = fc.string({ unit: 'grapheme-ascii', maxLength: 32 })
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), secrets, fc.boolean(), (plain, secret, marked) => {
      expect(decryptOriginal(encryptOriginal(plain, secret, marked), secret)).toBe(plain)
    }),
  )
})

test('never makes sense of a text of some length in the original format with a wrong secret', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 16 }), fc.nat(), (plain, salt) => {
      const value = encryptOriginal(plain, 'right', true)
      expect(() => decryptOriginal(value, `wrong ${salt}`)).toThrow(WrongSecret)
    }),
  )
})

test.each(['==AES32==', '==AES32==AAAA', '==AES32==not base64!', '==AES32==PT1BRVMzMj09', '==AES32==QUJD\nREVG'])(
  'says that %j is cut off or not base64',
  (value) => {
    expect(() => decryptOriginal(value, 'PASS')).toThrow('it is cut off or not base64')
  },
)

test('what is encrypted now is read back, and differs every time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), fc.string({ minLength: 1 }), async (plain, secret) => {
      const [one, other] = await Promise.all([encryptValue(plain, secret), encryptValue(plain, secret)])
      expect(one).toMatch(/^==RAI2==[A-Za-z0-9_-]+$/)
      expect(one).not.toBe(other)
      expect(await decryptValue(` ${one}\n`, secret)).toBe(plain)
    }),
    { numRuns: 6 },
  )
})

test('another secret, a changed bit anywhere and a cut end are refused', async () => {
  const value = await encryptValue('plain', 'right')
  await expect(decryptValue(value, 'wrong')).rejects.toThrow(WrongSecret)
  const bytes = Buffer.from(value.slice('==RAI2=='.length), 'base64url')
  const damaged = [0, 20, 30, bytes.length - 1].map((at) => {
    const copy = Buffer.from(bytes)
    copy[at] = (copy[at] ?? 0) ^ 1
    return copy
  })
  for (const body of [...damaged, bytes.subarray(0, -1), Buffer.alloc(0)]) {
    await expect(decryptValue(`==RAI2==${body.toString('base64url')}`, 'right')).rejects.toThrow(WrongSecret)
  }
})

test('a value in clear is told from an encrypted one, and left alone', async () => {
  expect(['plain', '==AES', '', '==AES32==x', ' ==RAI2==x'].map(encryptedFormat)).toEqual([
    undefined,
    undefined,
    undefined,
    'original',
    'current',
  ])
  expect(await decryptValue('plain', 'any')).toBe('plain')
})
