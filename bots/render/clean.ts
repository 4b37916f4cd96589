import { sgr } from '../../core/log/colours.ts'

const escapeCharacter = String.fromCharCode(27)
const bell = String.fromCharCode(7)
const reset = `${escapeCharacter}[0m`

/** Cursor movement, window titles, clipboard access, … Everything else that starts with an escape character. */
const otherEscapes = new RegExp(
  [
    `${escapeCharacter}\\[[0-?]*[ -/]*[@-~]`,
    `${escapeCharacter}[\\]PX^_][^${bell}${escapeCharacter}]*(?:${bell}|${escapeCharacter}\\\\)?`,
    `${escapeCharacter}[ -/]*[0-~]?`,
  ].join('|'),
  'g',
)
/** Also what turns the direction of writing around, or ends a line where nobody sees a line end. */
const unprintable = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\ufeff]/gu
const halfPair = /\p{Surrogate}/gu

/** Characters of one line that are looked at, escape sequences included. */
export const longestRawLine = 4_096
/** Characters of one line that are shown. */
const longestLine = 400

export interface CleanOptions {
  readonly longest?: number
  readonly colours?: boolean
}

/**
 * One line of what a stranger's program printed, with nothing in it but text and, unless `colours` is false, SGR
 * sequences that end with the line. Too long a line ends in an ellipsis.
 */
export function cleanLine(raw: string, { longest = longestLine, colours = true }: CleanOptions = {}): string {
  const parts = raw.slice(0, longestRawLine).split(sgr)
  let room = longest
  let coloured = false
  let line = ''
  for (const [index, part] of parts.entries()) {
    if (index % 2 === 1) {
      if (!colours) continue
      coloured = true
      line += part
      continue
    }
    const text = cleanText(part)
    const kept = cut(text, room)
    line += kept
    if (kept !== text) break
    room -= text.length
  }
  if (raw.length > longestRawLine && !line.endsWith('…')) line += '…'
  return coloured ? `${line}${reset}` : line
}

/**
 * A stretch of a stranger's output for somebody's terminal, as long as it is: colours and line ends stay. What would
 * overwrite a line begins a new one.
 */
export function cleanStretch(raw: string): string {
  const lines = raw.replaceAll(/\r+\n?/g, '\n').split('\n')
  const clean = (line: string) => line.split(sgr).map((part, index) => (index % 2 === 1 ? part : cleanText(part)))
  return lines.map((line) => clean(line).join('')).join('\n')
}

/** What somebody typed, or a name: one line without colours. */
export function plainLine(raw: string, longest = 120): string {
  return cleanLine(raw.replaceAll(/[\r\n\t]+/g, ' '), { longest, colours: false }).trim()
}

function cleanText(text: string): string {
  return text
    .replaceAll(otherEscapes, '')
    .replaceAll('\t', '    ')
    .replaceAll(unprintable, '')
    .replaceAll(halfPair, '\ufffd')
}

/** Never between the halves of a pair. */
function cut(text: string, room: number): string {
  if (text.length <= room) return text
  return `${text.slice(0, Math.max(0, room - 1)).replace(/[\ud800-\udbff]$/, '')}…`
}
