/** One word of a command, quotes removed. */
export interface Word {
  readonly text: string
  /** Offset of its first character, the quote included. */
  readonly start: number
  /** Whether any part of it stood in quotes. */
  readonly quoted: boolean
}

/** Something that only a shell would act on. */
export interface ShellSyntax {
  /** The character, `\n` for an unquoted line end. */
  readonly character: string
  readonly at: number
  /** Index of the word it stands in, or would begin. */
  readonly word: number
  readonly inDoubleQuotes: boolean
}

export type SplitResult =
  | { readonly kind: 'words'; readonly words: readonly Word[]; readonly syntax: readonly ShellSyntax[] }
  /** A quote that is never closed, or a backslash with nothing after it. */
  | { readonly kind: 'unfinished'; readonly at: number; readonly character: string }

const alwaysSyntax = new Set(['|', '&', ';', '<', '>', '(', ')', '`', '*', '?', '['])
const onlyAtWordStart = new Set(['~', '#'])
const expandable = /[A-Za-z0-9_{(@*#?$!-]/
const escapableInDoubleQuotes = new Set(['$', '`', '"', '\\', '\n'])

/**
 * Splits a command into words as a POSIX shell does, without expanding anything, and notes what a shell would have
 * acted on. Linear in the length of the text; never throws.
 */
export function splitWords(text: string): SplitResult {
  const scanner = createScanner(text)
  while (scanner.at < text.length) {
    const unfinished = step(scanner)
    if (unfinished !== undefined) return { kind: 'unfinished', at: unfinished, character: text.charAt(unfinished) }
  }
  endWord(scanner)
  return { kind: 'words', words: scanner.words, syntax: scanner.syntax }
}

interface Scanner {
  readonly text: string
  readonly words: Word[]
  readonly syntax: ShellSyntax[]
  at: number
  /** The word being read. */
  word: { parts: string[]; start: number; quoted: boolean } | undefined
}

function createScanner(text: string): Scanner {
  return { text, words: [], syntax: [], at: 0, word: undefined }
}

/** Reads one character or one quoted piece. Returns the offset of whatever is never finished. */
function step(scanner: Scanner): number | undefined {
  const character = scanner.text.charAt(scanner.at)
  if (character === '\\') return readEscape(scanner)
  if (character === "'") return readSingleQuotes(scanner)
  if (character === '"') return readDoubleQuotes(scanner)
  if (character === ' ' || character === '\t' || character === '\r' || character === '\n') readSpace(scanner, character)
  else readPlain(scanner, character)
  return undefined
}

function readSpace(scanner: Scanner, character: string): void {
  endWord(scanner)
  if (character === '\n') note(scanner, character, false)
  scanner.at += 1
}

function readPlain(scanner: Scanner, character: string): void {
  const next = scanner.text.charAt(scanner.at + 1)
  const expands = character === '$' && (expandable.test(next) || next === "'" || next === '"')
  const begins = scanner.word === undefined && onlyAtWordStart.has(character)
  if (expands || begins || alwaysSyntax.has(character)) note(scanner, character, false)
  append(scanner, character, false)
  scanner.at += 1
}

function readEscape(scanner: Scanner): number | undefined {
  const next = scanner.text.charAt(scanner.at + 1)
  if (next === '') return scanner.at
  if (next !== '\n') append(scanner, next, true)
  scanner.at += 2
  return undefined
}

function readSingleQuotes(scanner: Scanner): number | undefined {
  const end = scanner.text.indexOf("'", scanner.at + 1)
  if (end === -1) return scanner.at
  append(scanner, scanner.text.slice(scanner.at + 1, end), true)
  scanner.at = end + 1
  return undefined
}

function readDoubleQuotes(scanner: Scanner): number | undefined {
  const open = scanner.at
  append(scanner, '', true)
  scanner.at += 1
  while (scanner.at < scanner.text.length) {
    if (scanner.text.charAt(scanner.at) === '"') {
      scanner.at += 1
      return undefined
    }
    readInDoubleQuotes(scanner)
  }
  return open
}

function readInDoubleQuotes(scanner: Scanner): void {
  const character = scanner.text.charAt(scanner.at)
  const next = scanner.text.charAt(scanner.at + 1)
  if (character === '\\' && escapableInDoubleQuotes.has(next)) {
    if (next !== '\n') append(scanner, next, true)
    scanner.at += 2
    return
  }
  if (character === '`' || (character === '$' && expandable.test(next))) note(scanner, character, true)
  append(scanner, character, true)
  scanner.at += 1
}

function note(scanner: Scanner, character: string, inDoubleQuotes: boolean): void {
  scanner.syntax.push({ character, at: scanner.at, word: scanner.words.length, inDoubleQuotes })
}

function append(scanner: Scanner, text: string, quoted: boolean): void {
  scanner.word ??= { parts: [], start: scanner.at, quoted: false }
  scanner.word.parts.push(text)
  scanner.word.quoted ||= quoted
}

function endWord(scanner: Scanner): void {
  if (scanner.word === undefined) return
  const { parts, start, quoted } = scanner.word
  scanner.words.push({ text: parts.join(''), start, quoted })
  scanner.word = undefined
}
