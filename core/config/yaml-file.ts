import { type Document, isAlias, isMap, isScalar, LineCounter, type Pair, parseDocument } from 'yaml'
import { type ConfigProblem, messageOf } from '../errors.ts'
import type { Entry } from './entry.ts'
import type { ConfigFile } from './find-file.ts'
import { explainYaml } from './yaml-problem.ts'

export interface FileEntries {
  readonly entries: readonly Entry[]
  readonly problems: readonly ConfigProblem[]
}

type Where = Pick<ConfigProblem, 'origin' | 'line'>

/**
 * The values of a configuration file, each with its line, and everything that is wrong with its form.
 * All values are text: what `0755` or `yes` means is decided by the key, not by YAML.
 */
export function readYaml({ path: origin, bytes }: Pick<ConfigFile, 'path' | 'bytes'>): FileEntries {
  const text = asText(bytes)
  if (text === undefined) return { entries: [], problems: [{ key: '', origin, problem: 'the file is not UTF-8 text' }] }
  const lines = new LineCounter()
  const document = parseDocument(text, { schema: 'failsafe', lineCounter: lines, uniqueKeys: false })
  const problems = document.errors.map((error) => explainYaml(error, origin, lines))
  if (problems.length > 0) return { entries: [], problems }
  return readSections(document, { origin, lines })
}

interface Reading {
  readonly origin: string
  readonly lines: LineCounter
}

function readSections(document: Document.Parsed, reading: Reading): FileEntries {
  const found = { entries: [] as Entry[], problems: [] as ConfigProblem[] }
  const root = document.contents
  if (isNothing(root)) return found
  if (!isMap(root)) {
    const problem = 'the file must consist of sections, such as "docker:" with indented keys below it'
    return { ...found, problems: [{ key: '', ...lineOf(root, reading), problem }] }
  }
  for (const { name, pair, where } of pairsOf(root.items, '', reading, found.problems)) {
    readSection({ name, pair, where, document, reading, found })
  }
  return found
}

interface SectionReading extends Named {
  readonly document: Document.Parsed
  readonly reading: Reading
  readonly found: { readonly entries: Entry[]; readonly problems: ConfigProblem[] }
}

function readSection({ name: section, pair, where, document, reading, found }: SectionReading): void {
  const node = isAlias(pair.value) ? pair.value.resolve(document) : pair.value
  if (isNothing(node)) return
  if (!isMap(node)) {
    found.entries.push({ section: '', key: section, value: plainOf(node, document), origin: placeOf(where) })
    return
  }
  for (const { name: key, pair: one, where: at } of pairsOf(node.items, `${section}.`, reading, found.problems)) {
    if (isNothing(one.value)) continue
    try {
      found.entries.push({ section, key, value: plainOf(one.value, document), origin: placeOf(at) })
    } catch (error) {
      found.problems.push({ key: `${section}.${key}`, ...at, problem: messageOf(error) })
    }
  }
}

interface Named {
  readonly name: string
  readonly pair: Pair
  readonly where: Where
}

/** The pairs of a map; a second one of the same name is a problem, never a silent override. */
function pairsOf(items: readonly Pair[], prefix: string, reading: Reading, problems: ConfigProblem[]): Named[] {
  const seen = new Map<string, Named>()
  for (const pair of items) {
    const name = isScalar(pair.key) ? String(pair.key.value) : String(pair.key)
    const where = lineOf(pair.key, reading)
    const first = seen.get(name)
    if (first === undefined) seen.set(name, { name, pair, where })
    else
      problems.push({
        key: prefix + name,
        ...where,
        problem: `is written twice; the first is in line ${first.where.line}`,
      })
  }
  return [...seen.values()]
}

function lineOf(node: unknown, { origin, lines }: Reading): { origin: string; line: number } {
  const range = isScalar(node) || isMap(node) ? node.range : undefined
  return { origin, line: Math.max(1, lines.linePos(range?.[0] ?? 0).line) }
}

function placeOf({ origin = '', line }: Where): Entry['origin'] {
  return { name: origin, ...(line !== undefined && { line }) }
}

/** `key:` without anything, `key: ~` and `key: null` all mean "as if it were not there". */
function isNothing(node: unknown): boolean {
  if (node === null || node === undefined) return true
  return isScalar(node) && node.type === 'PLAIN' && ['', '~', 'null'].includes(String(node.value))
}

function plainOf(node: unknown, document: Document.Parsed): unknown {
  if (isScalar(node)) return String(node.value)
  return typeof node === 'object' && node !== null && 'toJS' in node && typeof node.toJS === 'function'
    ? node.toJS(document, { maxAliasCount: 100 })
    : undefined
}

function asText(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
