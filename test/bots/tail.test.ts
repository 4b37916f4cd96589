import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLogFold } from '../../bots/tail.ts'
import type { LogEntry } from '../../core/log/log.ts'

function entry(sequence: number, text: string, changes: Partial<LogEntry> = {}): LogEntry {
  return { version: 1, attempt: 1, sequence, kind: 'pieces', pieces: [{ stream: 'stdout', at: 1, text }], ...changes }
}

const fold = (...texts: string[]) => {
  const log = createLogFold(5)
  const lines = texts.flatMap((text, index) => log.push(entry(index + 1, text)))
  return { log, lines: lines.map(({ text }) => text), tail: log.tail().map(({ text }) => text) }
}

describe('lines', () => {
  it('are put together from pieces', () => {
    expect(fold('a', 'b\nc', '\n', 'd').lines).toEqual(['ab', 'c'])
    expect(fold('a', 'b\nc', '\n', 'd').tail).toEqual(['ab', 'c', 'd'])
  })

  it('do not mix the streams', () => {
    const log = createLogFold(5)
    log.push(entry(1, 'out'))
    log.push(entry(2, '', { pieces: [{ stream: 'stderr', at: 1, text: 'err\n' }] }))
    expect(log.push(entry(3, 'put\n')).map(({ text }) => text)).toEqual(['output'])
  })

  it('come out the same however they were cut', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'é', '\r', '\n', '\t', '\u001b[31m') })
    fc.assert(
      fc.property(fc.array(text, { maxLength: 8 }), (texts) => {
        expect(fold(...texts).lines).toEqual(fold(texts.join('')).lines)
        expect(fold(...texts).tail).toEqual(fold(texts.join('')).tail)
      }),
    )
  })
})

describe('a progress bar', () => {
  it('is its last state', () => {
    expect(fold('10%\r', '50%\r100%').tail).toEqual(['100%'])
    expect(fold('10%\r100%\r\n').lines).toEqual(['100%'])
  })

  it('that never ends costs no memory', () => {
    const { tail } = fold(...Array.from({ length: 2_000 }, () => 'x'.repeat(10_000)))
    expect(tail).toHaveLength(1)
    expect(tail[0]).toHaveLength(400)
    expect(tail[0]?.endsWith('…')).toBe(true)
  })
})

describe('the log', () => {
  it('keeps the last lines', () => {
    expect(fold('1\n2\n3\n4\n5\n6\n7').tail).toEqual(['3', '4', '5', '6', '7'])
  })

  it('shows a hole, and a gap with its reason', () => {
    const log = createLogFold(5)
    log.push(entry(1, 'a\n'))
    expect(log.push(entry(4, 'b\n')).map(({ text }) => text)).toEqual([expect.stringMatching(/missing/), 'b'])
    const gap = entry(5, '', { kind: 'gap', pieces: [{ stream: 'system', at: 1, text: '12 kB were cut\n' }] })
    expect(log.push(gap).map(({ text }) => text)).toEqual(['12 kB were cut'])
  })

  it('ends with what was still open', () => {
    const log = createLogFold(5)
    log.push(entry(1, 'no line end'))
    expect(log.ended).toBe(false)
    expect(log.push(entry(2, '', { kind: 'end', pieces: [] })).map(({ text }) => text)).toEqual(['no line end'])
    expect(log.ended).toBe(true)
  })

  it('begins anew with the next attempt', () => {
    const log = createLogFold(5)
    log.push(entry(1, 'a\nb'))
    log.push(entry(2, '', { kind: 'end', pieces: [] }))
    log.push(entry(1, 'second\n', { attempt: 2 }))
    expect(log.tail().map(({ text }) => text)).toEqual(['second'])
    expect(log.ended).toBe(false)
  })
})
