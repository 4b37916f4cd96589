import { Refusal } from '../errors.ts'
import type { BuildFileProblem } from './build-file.ts'

const mostListed = 5

/** The file cannot be used; lists the first problems, each with its line and column. */
export function badBuildFile(fileName: string, errors: readonly BuildFileProblem[]): Refusal {
  const [first, ...others] = errors
  const context = { fileName, problems: errors.length, line: first?.line ?? 1, column: first?.column ?? 1 }
  if (first === undefined || others.length === 0) {
    const sentence = first === undefined ? 'It cannot be read.' : describeBuildFileProblem(first)
    return new Refusal('bad-build-file', `${fileName}, ${sentence}`, context)
  }
  const listed = errors.slice(0, mostListed).map((problem) => `- ${describeBuildFileProblem(problem)}`)
  const more = errors.length > mostListed ? [`- and ${errors.length - mostListed} more.`] : []
  const sentence = [`${fileName} has ${errors.length} problems:`, ...listed, ...more].join('\n')
  return new Refusal('bad-build-file', sentence, context)
}

/** `line 4, column 3: … Did you mean …?` The offending text is added where the sentence does not quote it. */
function describeBuildFileProblem({ line, column, text, problem, hint }: BuildFileProblem): string {
  const near = text === '' || problem.includes(text) ? '' : ` (near \`${text}\`)`
  return `line ${line}, column ${column}: ${problem}${near}${hint === undefined ? '' : ` ${hint}`}`
}
