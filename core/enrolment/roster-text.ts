import { notUtf8, rosterEmpty, rosterTooLarge, utf16 } from './refusals.ts'
import type { RosterLimits } from './roster.ts'

/** The file's text. Throws a `Refusal` for what no program that writes CSV should have written. */
export function decodeRoster(file: Buffer, limits: RosterLimits): string {
  if (file.length > limits.bytes) throw rosterTooLarge(limits.bytes)
  if (isUtf16(file)) throw utf16()
  const text = decode(file).replace(/^\uFEFF/, '')
  if (text.trim() === '') throw rosterEmpty()
  return text
}

function decode(file: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(file)
  } catch {
    throw notUtf8(lineOfFirstFault(file))
  }
}

/** Excel's "Unicode text", with or without a mark: every other byte of plain text is zero. */
function isUtf16(file: Buffer): boolean {
  const mark = file.length >= 2 ? file.readUInt16BE(0) : 0
  return mark === 0xfffe || mark === 0xfeff || file.subarray(0, 64).includes(0)
}

function lineOfFirstFault(file: Buffer): number {
  let line = 1
  let start = 0
  for (;;) {
    const end = file.indexOf(0x0a, start)
    const piece = file.subarray(start, end < 0 ? file.length : end)
    if (end < 0 || !Buffer.from(piece.toString('utf8')).equals(piece)) return line
    start = end + 1
    line += 1
  }
}
