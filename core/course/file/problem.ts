import type { ConfigProblem } from '../../errors.ts'

/** One thing to mend in a course file, or in a file that it names. */
export interface CourseProblem {
  readonly file: string
  /** 1-based, both. */
  readonly line: number
  readonly column: number
  /** Dotted: `assignments[1].late.until`. Empty: the file itself. */
  readonly key: string
  /** Goes on after the key: `has to be a size, and is "big"`. */
  readonly problem: string
  /** A sentence that says what to write instead. */
  readonly hint?: string
}

/** `course.yml:12:9: assignments[0].due comes twice in …. Choose another time, such as ….` */
export function problemText({ file, line, column, key, problem, hint }: CourseProblem): string {
  return `${file}:${line}:${column}: ${key === '' ? '' : `${key} `}${problem}.${hint === undefined ? '' : ` ${hint}`}`
}

/** As the configuration's problems are told at start. */
export function asConfigProblem({ file, line, column, key, problem, hint }: CourseProblem): ConfigProblem {
  return { origin: file, line, key, problem: `${problem} (column ${column})${hint === undefined ? '' : `; ${hint}`}` }
}
