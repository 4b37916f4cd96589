import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatSize, parseSize } from '../../../core/config/size.ts'

test.each([
  ['16gb', 17_179_869_184],
  ['512mb', 536_870_912],
  ['1.5g', 1_610_612_736],
  ['64KiB', 65_536],
  ['10 MB', 10_485_760],
  ['7', 7],
  ['7b', 7],
  ['0', 0],
])('reads %s', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes)
})

test.each(['', 'gb', '-1mb', '5 bananas', '1gbb', '1e9', '99999999tb', '1,5g'])('does not read "%s"', (text) => {
  expect(parseSize(text)).toBeUndefined()
})

test('what it writes is read back as the same', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.maxSafeNat(),
        fc.nat(4_096).map((n) => n * 1024 ** 3),
      ),
      (bytes) => {
        expect(parseSize(formatSize(bytes))).toBe(bytes)
      },
    ),
  )
})

test('any text gives whole bytes or nothing', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9.kmgtib ]{0,30}$/)), (text) => {
      const bytes = parseSize(text)
      expect(bytes === undefined || (Number.isSafeInteger(bytes) && bytes >= 0)).toBe(true)
    }),
  )
})
