import type { Node } from 'yaml'

/**
 * Where in the file a character of a scalar's value stands: its line is looked up in the scalar's source. `undefined`
 * where it cannot be found, as in double quotes with escapes.
 */
export function locateInScalar(text: string, node: Node, value: string, at: number): number | undefined {
  const [start, end] = node.range ?? [0, 0]
  const source = text.slice(start, end)
  const lineNumber = value.slice(0, at).split('\n').length - 1
  let cursor = 0
  let valueOffset = 0
  for (const [index, line] of value.split('\n').entries()) {
    const found = source.indexOf(line, cursor)
    if (found === -1) return undefined
    if (index === lineNumber) return start + found + (at - valueOffset)
    cursor = found + line.length
    valueOffset += line.length + 1
  }
  return undefined
}
