import { closest, distance } from 'fastest-levenshtein'
import { isMap, isScalar, isSeq, type Node, type Pair, Scalar } from 'yaml'
import { type BuildFileDocument, placeOf } from './document.ts'
import type { Place } from './report.ts'
import { knownPaths, type Section } from './sections.ts'

/** A value of the file with the key it stands under. */
export interface Field {
  /** Dotted: `resources.limits.time`. */
  readonly path: string
  /** Where the value stands, or its key when there is no value. */
  readonly place: Place
  readonly keyPlace: Place
  /** Aliases resolved. */
  readonly node: Node
}

export type Fields = ReadonlyMap<string, Field>

const none: Fields = new Map()

/** The root of the file as a field, or `undefined` after saying that it holds nothing. */
export function rootField({ root, report }: BuildFileDocument): Field | undefined {
  if (root !== null && !isAbsent(root)) return { path: '', place: placeOf(root), keyPlace: placeOf(root), node: root }
  if (report.errors.length > 0) return undefined
  return report.error({ start: 0, end: 0 }, 'The file is empty.', 'It needs at least `commands:` with `build:` below.')
}

/**
 * The keys of a section. Says so when it is no map, when a key comes twice, when a key is unknown (an error: a key that
 * is silently ignored costs an evening) and when a key stands where files in the wild put it (a warning).
 */
export function readSection(document: BuildFileDocument, field: Field | undefined, section: Section): Fields {
  if (field === undefined || isAbsent(field.node)) return none
  if (isMap<Node, Node | null>(field.node)) return readPairs(document, field, section, field.node.items)
  const keys = section.keys.join(', ')
  const what = section.path === '' ? 'The file' : `\`${section.path}\``
  document.report.error(field.place, `${what} has to be a map with the keys ${keys}, and is ${kindOf(field.node)}.`)
  return none
}

function readPairs(
  document: BuildFileDocument,
  parent: Field,
  section: Section,
  pairs: readonly Pair<Node, Node | null>[],
): Fields {
  const fields = new Map<string, Field>()
  for (const pair of pairs) {
    const field = readPair(document, parent, pair)
    const key = keyText(document, pair.key)
    if (isKnown(document, section, key, field, fields)) fields.set(key, field)
  }
  return fields
}

function readPair(document: BuildFileDocument, parent: Field, { key, value }: Pair<Node, Node | null>): Field {
  const node = value === null ? new Scalar('') : (document.resolve(value) ?? value)
  const path = [parent.path, keyText(document, key)].filter((part) => part !== '').join('.')
  const keyPlace = placeOf(key)
  const valuePlace = value === null ? keyPlace : placeOf(value)
  const place = valuePlace.end > valuePlace.start ? valuePlace : keyPlace
  return { path, keyPlace, place, node }
}

function isKnown(
  { report }: BuildFileDocument,
  section: Section,
  key: string,
  { keyPlace }: Field,
  earlier: Fields,
): boolean {
  const where = section.path === '' ? 'at the top of a build file' : `of \`${section.path}\``
  const moved = section.moved?.[key]
  if (earlier.has(key)) report.error(keyPlace, `The key \`${report.quote(keyPlace)}\` stands here a second time.`)
  else if (moved !== undefined) report.warn(keyPlace, `\`${section.path}.${key}\` ${moved.problem}`, moved.hint)
  else if (section.keys.includes(key)) return true
  else report.error(keyPlace, `\`${report.quote(keyPlace)}\` is not a key ${where}.`, nearest(key, section))
  return moved !== undefined && !earlier.has(key)
}

function nearest(key: string, section: Section): string {
  const near = closest(key, section.keys)
  if (distance(key, near) <= Math.min(2, key.length / 2)) return `Did you mean \`${near}\`?`
  const elsewhere = knownPaths.find((path) => path.split('.').at(-1) === key)
  return elsewhere === undefined ? `Known keys here: ${section.keys.join(', ')}.` : `It belongs in \`${elsewhere}\`.`
}

function keyText(document: BuildFileDocument, key: Node): string {
  const node = document.resolve(key)
  return isScalar(node) && typeof node.value === 'string' ? node.value : ''
}

/** A list's items as fields, or `undefined` when the node is no list. */
export function readItems(document: BuildFileDocument, field: Field): Field[] | undefined {
  if (!isSeq<Node>(field.node)) return undefined
  return field.node.items.map((item, index) => {
    const place = placeOf(item)
    return { path: `${field.path}[${index}]`, place, keyPlace: place, node: document.resolve(item) ?? item }
  })
}

/** Nothing written, or the words YAML has for nothing. */
export function isAbsent(node: Node): boolean {
  return (
    isScalar(node) &&
    (node.type ?? 'PLAIN') === 'PLAIN' &&
    ['', '~', 'null', 'Null', 'NULL'].includes(String(node.value))
  )
}

export function kindOf(node: Node): string {
  if (isMap(node)) return 'a map'
  return isSeq(node) ? 'a list' : 'a single value'
}
