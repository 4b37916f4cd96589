import { type Alias, type Document, isAlias, LineCounter, type Node, parseDocument, visit } from 'yaml'
import type { BuildFileLimits, BuildFileProblem } from './build-file.ts'
import { findDeepNesting } from './nesting.ts'
import { createReport, type Place, type Report } from './report.ts'
import { explainYamlError, unresolvedAlias } from './yaml-errors.ts'

/** A file as YAML, not yet as a build file. */
export interface BuildFileDocument {
  /** `null` when the file is empty or cannot be read at all. */
  readonly root: Node | null
  readonly text: string
  readonly report: Report
  /** What an alias stands for; any other node as it is. */
  resolve(node: Node): Node | undefined
}

const mostAliases = 100

/**
 * Reads YAML with every scalar as the text it was written as: numbers, booleans and nulls are told apart by the
 * readers, which know what they expect, so `0.20` and `no` mean what the original took them for.
 */
export function readDocument(text: string, limits: Pick<BuildFileLimits, 'bytes'>): BuildFileDocument {
  const lines = new LineCounter()
  const report = createReport(text, (offset) => position(lines, offset))
  const refuse = (at: number, problem: string, hint?: string): BuildFileDocument => {
    report.error({ start: at, end: at }, problem, hint)
    return { root: null, text, report, resolve: () => undefined }
  }
  addLineStarts(lines, text.slice(0, limits.bytes))
  const unreadable = findUnreadable(text, limits.bytes)
  return unreadable === undefined ? parse(text, report) : refuse(unreadable.at, unreadable.problem, unreadable.hint)
}

interface Unreadable {
  readonly at: number
  readonly problem: string
  readonly hint?: string
}

function findUnreadable(text: string, mostBytes: number): Unreadable | undefined {
  const bytes = Buffer.byteLength(text)
  if (bytes > mostBytes) {
    const problem = `The file has ${bytes} bytes, and a build file may have ${mostBytes}.`
    return { at: 0, problem, hint: 'Move long scripts into files of their own.' }
  }
  const binary = text.search(unreadableCharacter)
  if (binary !== -1)
    return { at: binary, problem: 'The file holds bytes that are not text.', hint: 'Save it as UTF-8.' }
  const deep = findDeepNesting(text)
  return deep && { at: deep.offset, problem: 'The file is nested too deeply here.' }
}

/** Control characters of ASCII that no text has, and what a wrong decoding leaves. */
const unreadableCharacter = /(?![\t\n\r\u007f-\u009f])[\p{Cc}\ufffd]/u

function parse(text: string, report: Report): BuildFileDocument {
  const options = { schema: 'failsafe', uniqueKeys: false, prettyErrors: false, logLevel: 'error' } as const
  const document = parseDocument(text, options)
  const told = new Set<string>()
  for (const error of document.errors.slice(0, 100)) {
    const [place, problem, hint] = explainYamlError(error, text)
    // The parser stumbles over one mistake several times.
    const once = `${place.quoteFrom}: ${problem}`
    if (!told.has(once)) report.error(place, problem, hint)
    told.add(once)
  }
  checkAliases(document, report)
  const resolve = (node: Node) => (isAlias(node) ? node.resolve(document) : node)
  return { root: report.errors.length === 0 ? document.contents : null, text, report, resolve }
}

function checkAliases(document: Document, report: Report): undefined {
  const aliases = findAliases(document)
  if (aliases.length > mostAliases) {
    const problem = `The file has ${aliases.length} aliases (*name), and ${mostAliases} are allowed.`
    return report.error({ start: 0, end: 0 }, problem)
  }
  for (const alias of aliases) {
    if (alias.resolve(document) === undefined) report.error(placeOf(alias), ...unresolvedAlias)
  }
}

function findAliases(document: Document): Alias[] {
  const aliases: Alias[] = []
  visit(document, {
    Alias: (_, alias) => {
      aliases.push(alias)
    },
  })
  return aliases
}

function addLineStarts(lines: LineCounter, text: string): void {
  lines.addNewLine(0)
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines.addNewLine(at + 1)
}

function position(lines: LineCounter, offset: number): Pick<BuildFileProblem, 'line' | 'column'> {
  const { line, col } = lines.linePos(offset)
  return { line: Math.max(line, 1), column: Math.max(col, 1) }
}

/** Where a node stands in the file. */
export function placeOf(node: Node): Place {
  const [start, end] = node.range ?? [0, 0]
  return { start, end }
}
