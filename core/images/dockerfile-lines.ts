import { badDockerfile } from './refusals.ts'

/** One instruction, its continued lines joined. */
export interface Instruction {
  /** In capitals. */
  readonly keyword: string
  /** The leading words that begin with `--`. */
  readonly flags: readonly string[]
  /** The others, cut at blanks. */
  readonly words: readonly string[]
  /** Where it begins, from 1. */
  readonly line: number
}

const mostInstructions = 1000

/** @throws Refusal `bad-dockerfile` for what engines of different ages take for different instructions. */
export function readInstructions(text: string, file: string): readonly Instruction[] {
  const instructions: Instruction[] = []
  let open: { line: number; text: string } | undefined
  for (const [index, raw] of text
    .replace(/^\u{feff}/u, '')
    .split(/\r?\n/)
    .entries()) {
    const number = index + 1
    checkLine(raw, file, number)
    if (/^\s*(?:#|$)/.test(raw)) continue
    const continues = /\\[ \t]*$/.test(raw)
    const line = continues ? raw.replace(/\\[ \t]*$/, '') : raw
    open = open === undefined ? { line: number, text: line } : { ...open, text: open.text + line }
    if (continues) continue
    instructions.push(toInstruction(open, file))
    open = undefined
    if (instructions.length > mostInstructions)
      throw badDockerfile(file, number, `it has more than ${mostInstructions} instructions.`)
  }
  if (open !== undefined) instructions.push(toInstruction(open, file))
  return instructions
}

function checkLine(line: string, file: string, number: number): void {
  if (/^\s*#\s*(?:escape|syntax)\s*=/i.test(line))
    throw badDockerfile(file, number, 'directives such as escape and syntax are not used here. Remove it.')
  if (/\\\\[ \t]*$/.test(line))
    throw badDockerfile(file, number, 'a line cannot end with two backslashes: engines read that differently.')
  if (/[^\S \t]/.test(line) || /\p{Cc}/u.test(line.replaceAll('\t', '')))
    throw badDockerfile(file, number, 'it holds a character that is neither text, a blank nor a tab.')
}

function toInstruction({ line, text }: { line: number; text: string }, file: string): Instruction {
  const [first = '', ...rest] = text.trim().split(/[ \t]+/)
  const end = rest.findIndex((word) => !word.startsWith('--'))
  const flags = end === -1 ? rest : rest.slice(0, end)
  if (flags.some((flag) => /["'\\]/.test(flag)))
    throw badDockerfile(file, line, 'options are written without quotes and backslashes.')
  return { keyword: first.toUpperCase(), flags, words: end === -1 ? [] : rest.slice(end), line }
}
