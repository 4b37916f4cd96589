import { isMap, isScalar, isSeq, type Node } from 'yaml'
import type { BuildFileProblem } from '../../buildfile/build-file.ts'
import { placeOf, readDocument } from '../../buildfile/document.ts'
import { isAbsent } from '../../buildfile/fields.ts'
import type { Place } from '../../buildfile/report.ts'
import type { CourseProblem } from './problem.ts'

/** What a course file says, with every scalar as the text it was written as, and where each of it stands. */
export interface CourseYaml {
  /** Maps, lists and texts; keys without a value are not there. */
  readonly value: unknown
  readonly problems: readonly CourseProblem[]
  /** Where a value stands, or the nearest thing around it that is written. */
  where(path: readonly PropertyKey[], what?: 'key' | 'value'): Pick<CourseProblem, 'line' | 'column'>
}

const mostBytes = 262_144
/** An alias repeats what it names, so what the file weighs says nothing about what it holds. */
const mostNodes = 20_000

export function readCourseYaml(file: string, text: string): CourseYaml {
  const start = { line: 1, column: 1 }
  const one = (problem: string): CourseYaml => ({
    value: undefined,
    problems: [{ file, ...start, key: '', problem }],
    where: () => start,
  })
  if (Buffer.byteLength(text) > mostBytes) return one(`The file is larger than ${mostBytes} bytes`)
  const document = readDocument(text, { bytes: mostBytes })
  if (document.report.errors.length > 0) {
    return { ...one(''), problems: document.report.errors.map((error) => asProblem(file, error)) }
  }
  if (document.root === null || isAbsent(document.root)) return one('The file is empty')
  const walk = createWalk(document.resolve)
  const value = walk.read(document.root, [])
  if (walk.tooMuch()) return one(`The file holds more than ${mostNodes} values`)
  const position = createPositions(text)
  const repeated = walk.repeated.map(({ path, place }) => ({
    ...{ file, ...position(place.start), key: pathText(path), problem: 'is written twice' },
    hint: 'Leave one of them out.',
  }))
  return { value, problems: repeated, where: (path, what) => position(walk.placeOf(path, what).start) }
}

/** `assignments[0].due` */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`
    return text === '' ? String(part) : `${text}.${String(part)}`
  }, '')
}

function asProblem(file: string, { line, column, problem, hint }: BuildFileProblem): CourseProblem {
  return { file, line, column, key: '', problem: problem.replace(/\.$/, ''), ...(hint === undefined ? {} : { hint }) }
}

type Path = readonly PropertyKey[]

function createWalk(resolve: (node: Node) => Node | undefined) {
  const places = new Map<string, { readonly key: Place; readonly value: Place }>()
  const repeated: { readonly path: Path; readonly place: Place }[] = []
  let nodes = 0
  const read = (given: Node, path: Path, key: Place = placeOf(given)): unknown => {
    nodes += 1
    places.set(pathText(path), { key, value: placeOf(given) })
    const node = resolve(given) ?? given
    if (nodes > mostNodes || isAbsent(node)) return undefined
    if (isSeq<Node>(node)) return node.items.map((item, index) => read(item, [...path, index]))
    if (isMap<Node, Node | null>(node)) return readMap(node.items, path)
    return isScalar(node) ? String(node.value).trim() : undefined
  }
  const readMap = (pairs: readonly { readonly key: Node; readonly value: Node | null }[], path: Path) => {
    const found = new Map<string, unknown>()
    for (const pair of pairs) {
      const key = resolve(pair.key)
      const name = isScalar(key) ? String(key.value) : '?'
      const place = placeOf(pair.key)
      if (found.has(name)) repeated.push({ path: [...path, name], place })
      else if (pair.value === null) found.set(name, undefined)
      else found.set(name, read(pair.value, [...path, name], place))
    }
    return Object.fromEntries([...found].filter(([, value]) => value !== undefined))
  }
  const placeAt = (path: Path, what: 'key' | 'value' = 'value'): Place =>
    places.get(pathText(path))?.[what] ?? (path.length === 0 ? { start: 0, end: 0 } : placeAt(path.slice(0, -1), 'key'))
  return {
    read: (root: Node, path: Path) => read(root, path),
    repeated,
    tooMuch: () => nodes > mostNodes,
    placeOf: placeAt,
  }
}

function createPositions(text: string) {
  return (offset: number) => {
    const before = text.slice(0, offset)
    const line = before.split('\n').length
    return { line, column: offset - before.lastIndexOf('\n') }
  }
}
