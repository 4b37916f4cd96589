import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatDuration, parseDuration } from '../../../core/config/duration.ts'

test.each([
  ['1h', 3_600_000],
  ['15m', 900_000],
  ['120s', 120_000],
  ['1h30m', 5_400_000],
  ['1h 30m', 5_400_000],
  ['1.5h', 5_400_000],
  ['250ms', 250],
  ['2d', 172_800_000],
  ['0', 0],
  ['90', 90_000],
  [' 10S ', 10_000],
])('reads %s', (text, ms) => {
  expect(parseDuration(text)).toBe(ms)
})

test('reads a number as seconds', () => {
  expect(parseDuration(60)).toBe(60_000)
})

test.each(['', 'h', '-1s', '5 bananas', '1h!', '1e9', 'Infinity', '1,5h', '101y', '999999d', '0x10'])(
  'does not read "%s"',
  (text) => {
    expect(parseDuration(text)).toBeUndefined()
  },
)

test('what it writes is read back as the same', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 3_000_000_000_000 }), (ms) => {
      expect(parseDuration(formatDuration(ms))).toBe(ms)
    }),
  )
})

test('any text gives whole milliseconds or nothing', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9.hmsd ]{0,40}$/)), (text) => {
      const ms = parseDuration(text)
      expect(ms === undefined || (Number.isSafeInteger(ms) && ms >= 0)).toBe(true)
    }),
  )
})
