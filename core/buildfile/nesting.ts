/** Where a text is nested too deeply to be given to the YAML parser. */
export interface TooDeep {
  readonly offset: number
}

const deepestLine = 64
const deepestFlow = 64
const widestIndent = 128

/**
 * The YAML parser recurses, and a few thousand levels end the whole process, not only the call: so the depth is bounded
 * before it sees the text. Quotes are not understood here; a file that gets near these bounds for another reason is
 * no build file either.
 */
export function findDeepNesting(text: string): TooDeep | undefined {
  let flow = 0
  let offset = 0
  for (const line of text.split('\n')) {
    flow = flowDepth(line, flow)
    if (flow > deepestFlow || indent(line) > widestIndent || indicators(line) > deepestLine) return { offset }
    offset += line.length + 1
  }
  return undefined
}

function flowDepth(line: string, before: number): number {
  let depth = before
  for (const character of line) {
    if (character === '[' || character === '{') depth += 1
    if ((character === ']' || character === '}') && depth > 0) depth -= 1
    if (depth > deepestFlow) return depth
  }
  return depth
}

function indent(line: string): number {
  return line.length - line.trimStart().length
}

function indicators(line: string): number {
  return line.match(/[-?:](?=\s|$)/g)?.length ?? 0
}
