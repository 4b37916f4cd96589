import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cleanLine, cleanStretch, plainLine } from '../../../bots/render/clean.ts'
import { withoutColours } from '../../../core/log/colours.ts'

const esc = '\u001b'

describe('a line of output', () => {
  it.each([
    ['keeps colours and ends them', `${esc}[1;31mred${esc}[0m plain`, `${esc}[1;31mred${esc}[0m plain${esc}[0m`],
    ['loses cursor movement', `a${esc}[2Jb${esc}[10;10Hc${esc}[?25ld`, 'abcd'],
    ['loses window titles and links', `a${esc}]0;pwned\u0007b${esc}]8;;http://x${esc}\\c`, 'abc'],
    ['loses device control strings', `a${esc}Pq#0;1${esc}\\b${esc}^x${esc}\\c`, 'abc'],
    ['loses an escape sequence that never ends', `a${esc}]52;c;cHduZWQ=`, 'a'],
    ['loses 8-bit control characters', 'a\u009b31mb\u0090c\u0000d\u0007e\u0008f', 'a31mbcdef'],
    ['loses what turns writing around', 'a\u202egnp.exe\u2066b\u2028c', 'agnp.exebc'],
    ['replaces half a character', 'a\ud83db', 'a\ufffdb'],
    ['keeps whole characters', 'é 漢字 🎉', 'é 漢字 🎉'],
    ['has no tabs', '\tx', '    x'],
  ])('%s', (_, raw, clean) => {
    expect(cleanLine(raw)).toBe(clean)
  })

  it('is cut with an ellipsis, colours not counted', () => {
    const line = cleanLine(`${esc}[32m${'x'.repeat(1_000)}`, { longest: 10 })
    expect(line).toBe(`${esc}[32m${'x'.repeat(9)}…${esc}[0m`)
  })

  it('is not cut in the middle of a character', () => {
    expect(cleanLine('🎉🎉🎉', { longest: 4 })).toBe('🎉…')
  })

  it('never holds a control character that does not belong to a colour', () => {
    const piece = fc.constantFrom(
      esc,
      '[',
      ']',
      'm',
      '3',
      '1',
      ';',
      '\u0007',
      '\\',
      'P',
      '\u009b',
      '\r',
      '\n',
      'x',
      '\ud83d',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const line = cleanLine(pieces.join(''))
        expect(withoutColours(line)).not.toMatch(/\p{Cc}|\p{Surrogate}/u)
      }),
      { numRuns: 2_000 },
    )
  })

  it('of megabytes costs no time', () => {
    const started = performance.now()
    cleanLine(`${esc}]`.repeat(2_000_000))
    cleanLine(`${esc}[`.repeat(2_000_000))
    expect(performance.now() - started).toBeLessThan(10_000)
  })
})

it('a name is one line without colours', () => {
  expect(plainLine(`${esc}[31mred\nblue\t${'x'.repeat(300)}`, 12)).toBe('red blue xx…')
})

describe('a stretch of output for a terminal', () => {
  it('keeps colours and line ends, and nothing that a terminal obeys', () => {
    const hostile = `${esc}]0;title${'\u0007'}a${esc}[2Jb\n${esc}[31mred${esc}[0m\r\nfake\rtrue\tend`
    expect(cleanStretch(hostile)).toBe(`ab\n${esc}[31mred${esc}[0m\nfake\ntrue    end`)
  })
})
