import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRedactor } from '../../../core/secret/redact.ts'

test('replaces every secret, the longest first', () => {
  const { redact } = createRedactor(['hunter2', 'hunter2hunter2', 's3cr3t.*'])
  expect(redact('a hunter2hunter2 b hunter2 c s3cr3t.* d s3cr3t!!')).toBe(
    'a [redacted] b [redacted] c [redacted] d s3cr3t!!',
  )
})

test('leaves short secrets alone, because they would be found everywhere', () => {
  expect(createRedactor(['1', '12345', '']).redact('exit code 1, 12345')).toBe('exit code 1, 12345')
  expect(createRedactor(['1234'], { minLength: 4 }).redact('pin 1234')).toBe('pin [redacted]')
})

test('finds a secret in the form it has inside JSON', () => {
  const secret = 'pa"ss\nword'
  expect(createRedactor([secret]).redact(JSON.stringify({ secret }))).toBe('{"secret":"[redacted]"}')
})

test('finds a secret that comes in pieces, and holds back no more than its start', () => {
  const stream = createRedactor(['hunter2']).stream()
  expect(stream.push('password: hun')).toBe('password: ')
  expect(stream.push('ter')).toBe('')
  expect(stream.push('2 ok h')).toBe('[redacted] ok ')
  expect(stream.end()).toBe('h')
  expect(stream.push('again')).toBe('again')
})

const letters = fc.constantFrom('a', 'b', 'c')
const secrets = fc.array(fc.string({ unit: letters, minLength: 2, maxLength: 5 }), { maxLength: 4 })
const pieces = fc.array(fc.string({ unit: letters, maxLength: 6 }), { maxLength: 8 })

test('however a text is cut, it comes out the same', () => {
  fc.assert(
    fc.property(secrets, pieces, (hidden, parts) => {
      const { redact, stream } = createRedactor(hidden, { minLength: 2 })
      const running = stream()
      const out = parts.map((part) => running.push(part)).join('') + running.end()
      expect(out).toBe(redact(parts.join('')))
    }),
    { numRuns: 2_000 },
  )
})

test('no secret is left, and nothing else is lost', () => {
  fc.assert(
    fc.property(secrets, fc.string({ unit: letters, maxLength: 40 }), (hidden, text) => {
      const between = createRedactor(hidden, { minLength: 2 }).redact(text).split('[redacted]')
      expect(between.some((part) => hidden.some((secret) => part.includes(secret)))).toBe(false)
      if (hidden.every((secret) => !text.includes(secret))) expect(between).toEqual([text])
    }),
    { numRuns: 2_000 },
  )
})
