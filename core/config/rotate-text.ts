import { LineCounter, parseDocument, type Scalar, visit } from 'yaml'
import { ConfigError, type ConfigProblem, messageOf } from '../errors.ts'
import { decryptValue, encryptedFormat, encryptValue } from '../secret/encrypted-value.ts'
import { WrongSecret } from '../secret/wrong-secret.ts'
import { explainYaml } from './yaml-problem.ts'

export interface Secrets {
  readonly old: string
  readonly next: string
}

export interface RotatedText {
  readonly text: string
  /** 1-based lines of the values that are encrypted anew. */
  readonly lines: readonly number[]
  /** Lines of comments that look as if they held an encrypted value; those are left as they are. */
  readonly inComments: readonly number[]
}

interface Found {
  readonly start: number
  readonly end: number
  readonly line: number
  readonly value: string
  readonly kind: Scalar.Type | undefined
}

interface Opened extends Found {
  readonly plain: string
}

/**
 * A configuration with every encrypted value encrypted anew, each in its place: all other bytes stay what they are.
 * Throws a `ConfigError` that names every value which the old secret does not open; then nothing is to be changed.
 */
export async function rotateText(origin: string, text: string, { old, next }: Secrets): Promise<RotatedText> {
  const found = encryptedIn(origin, text)
  const opened: Opened[] = []
  const problems: ConfigProblem[] = []
  for (const one of found) {
    const plain = await open(one.value, old)
    if (typeof plain === 'string') opened.push({ ...one, plain })
    else problems.push({ key: '', origin, line: one.line, problem: await explain(one.value, plain, next) })
  }
  if (problems.length > 0) throw new ConfigError(problems)
  const rotated = await replaceAll(text, opened, next)
  await verify(origin, rotated, opened, next)
  return { text: rotated, lines: opened.map(({ line }) => line), inComments: linesInComments(text, found) }
}

function encryptedIn(origin: string, text: string): Found[] {
  const lines = new LineCounter()
  const document = parseDocument(text, { schema: 'failsafe', lineCounter: lines, uniqueKeys: false })
  if (document.errors.length > 0) throw new ConfigError(document.errors.map((one) => explainYaml(one, origin, lines)))
  const found: Found[] = []
  visit(document, {
    Scalar(key, { value, range, type }) {
      if (key === 'key' || typeof value !== 'string' || range === undefined || range === null) return
      if (encryptedFormat(value) === undefined) return
      const [start, end] = range
      found.push({ start, end, line: lines.linePos(start).line, value, kind: type as Scalar.Type | undefined })
    },
  })
  return found
}

async function open(value: string, secret: string): Promise<string | WrongSecret> {
  try {
    return await decryptValue(value, secret)
  } catch (error) {
    if (error instanceof WrongSecret) return error
    throw error
  }
}

/** A file that was half rotated by hand must not become one whose values nobody can tell apart. */
async function explain(value: string, problem: WrongSecret, next: string): Promise<string> {
  const already = typeof (await open(value, next)) === 'string'
  return already
    ? 'this value is encrypted with the new secret already; a file with values of both is not touched'
    : `this value cannot be decrypted with the old secret: ${messageOf(problem)}`
}

async function replaceAll(text: string, opened: readonly Opened[], secret: string): Promise<string> {
  let rotated = ''
  let from = 0
  for (const { start, end, plain, kind } of opened) {
    rotated += text.slice(from, start) + written(await encryptValue(plain, secret), kind, text.slice(start, end))
    from = end
  }
  return rotated + text.slice(from)
}

/** In the style that was there. A block becomes one line. */
function written(value: string, kind: Found['kind'], before: string): string {
  if (kind === 'QUOTE_DOUBLE') return `"${value}"`
  if (kind === 'QUOTE_SINGLE') return `'${value}'`
  const newline = /\r?\n$/.exec(before)?.[0] ?? ''
  return kind === 'PLAIN' ? value : `${value}${newline}`
}

async function verify(origin: string, text: string, opened: readonly Opened[], secret: string): Promise<void> {
  const found = encryptedIn(origin, text)
  const plain = await Promise.all(found.map(({ value }) => open(value, secret)))
  const same = plain.length === opened.length && opened.every((one, index) => one.plain === plain[index])
  if (!same) throw new Error('What was rotated does not read as what was there')
}

function linesInComments(text: string, found: readonly Found[]): number[] {
  const known = new Set(found.map(({ line }) => line))
  return text
    .split('\n')
    .flatMap((line, index) => (/#.*==(RAI2|AES32)==/.test(line) && !known.has(index + 1) ? [index + 1] : []))
}
