import type { BuildFileProblem } from './build-file.ts'

/** A piece of the file: offsets, the end not included. */
export interface Place {
  readonly start: number
  readonly end: number
  /** Where the quotation begins, when that is not `start`. */
  readonly quoteFrom?: number
}

/** Collects what is wrong with one file. Keeps at most 100 of each kind, and each only once. */
export interface Report {
  readonly errors: readonly BuildFileProblem[]
  readonly warnings: readonly BuildFileProblem[]
  /** Returns `undefined`, so that a reader can return what it returns. */
  error(place: Place, problem: string, hint?: string): undefined
  warn(place: Place, problem: string, hint?: string): undefined
  /** What stands at a place, fit to be quoted in a sentence. */
  quote(place: Place): string
}

const most = 100

/** @param position turns an offset into a 1-based line and column. */
export function createReport(
  text: string,
  position: (offset: number) => Pick<BuildFileProblem, 'line' | 'column'>,
): Report {
  const errors: BuildFileProblem[] = []
  const warnings: BuildFileProblem[] = []
  const quote = ({ start, end, quoteFrom = start }: Place) =>
    quotable(text.slice(quoteFrom, Math.min(end, start + 200)))
  const add = (list: BuildFileProblem[], place: Place, problem: string, hint?: string): undefined => {
    const where = position(place.start)
    const again = list.some((one) => one.line === where.line && one.column === where.column && one.problem === problem)
    if (again || list.length >= most) return
    list.push({ ...where, text: quote(place), problem, ...(hint === undefined ? {} : { hint }) })
  }
  return {
    errors,
    warnings,
    error: (place, problem, hint) => add(errors, place, problem, hint),
    warn: (place, problem, hint) => add(warnings, place, problem, hint),
    quote,
  }
}

/** The first line, shortened, without control characters, back-ticks, or what follows `password:`. */
export function quotable(text: string): string {
  const line = text.trim().split(/[\r\n]/, 1)[0] ?? ''
  const clean = line
    .replace(/((?:user_?name|pass_?word|secret|token)["']?\s*:\s*)\S.*/i, '$1…')
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}]/gu, '·')
    .replaceAll('`', "'")
  const characters = [...clean]
  return characters.length > 60 ? `${characters.slice(0, 59).join('')}…` : clean
}
