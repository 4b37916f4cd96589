import type { LineCounter, YAMLError } from 'yaml'
import type { ConfigProblem } from '../errors.ts'

const explanations: Readonly<Partial<Record<YAMLError['code'], string>>> = {
  TAB_AS_INDENT: 'the line is indented with a tab; YAML wants spaces',
  MULTIPLE_DOCS: 'a second document starts here; keep everything above the "---"',
  BAD_INDENT: 'the indentation does not fit the lines above',
}

/** Never quotes the line: it may hold a password. */
export function explainYaml(error: YAMLError, origin: string, lines: LineCounter): ConfigProblem {
  const { line } = lines.linePos(error.pos[0])
  const problem = explanations[error.code] ?? `this is not YAML (${error.code.toLowerCase().replaceAll('_', ' ')})`
  return { key: '', origin, line, problem }
}
