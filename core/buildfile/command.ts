import type { BuildCommand } from './build-file.ts'
import { quotable } from './report.ts'
import { bashOnly, beginsWithAssignment, isShellWord, leavesNoTrace } from './shell-words.ts'
import { type ShellSyntax, splitWords, type Word } from './split-words.ts'

export interface CommandProblem {
  readonly severity: 'error' | 'warning'
  /** Offset in the command's text. */
  readonly at: number
  readonly problem: string
  readonly hint?: string
}

export interface ReadCommand {
  /** `undefined` when there is an error, or nothing to run. */
  readonly command?: BuildCommand
  readonly problems: readonly CommandProblem[]
}

/**
 * Decides how a command runs. `… -c "…"` and whatever has no shell syntax is split into words and executed directly,
 * as the original did, so that `bash -c "echo $f"` reaches bash with its `$f`. Everything else goes to `/bin/sh -c`.
 * A command of several lines stops at the first line that fails, as a list of commands would.
 */
export function readCommand(text: string): ReadCommand {
  const split = splitWords(text)
  if (split.kind === 'unfinished') return { problems: [unfinished(split)] }
  const [program, ...rest] = split.words
  if (program === undefined || isOnlyComment(split.syntax)) return { problems: [] }
  const left = syntaxLeftForShell(split.words, split.syntax)
  const needsShell = left.length > 0 || isShellWord(program.text) || beginsWithAssignment(text)
  if (!needsShell && program.text === '') return { problems: [emptyProgram(program)] }
  if (!needsShell) return { command: { text, argv: [program.text, ...rest.map((word) => word.text)] }, problems: [] }
  return { command: { text, argv: shellCommand(text, left) }, problems: shellWarnings(text, split.words, split.syntax) }
}

function shellCommand(text: string, syntax: readonly ShellSyntax[]): BuildCommand['argv'] {
  const severalLines = syntax.some(({ character }) => character === '\n')
  return severalLines ? ['/bin/sh', '-e', '-c', text] : ['/bin/sh', '-c', text]
}

/** The `$` inside the script of a `-c` form belongs to that script's interpreter, not to a shell around it. */
function syntaxLeftForShell(words: readonly Word[], syntax: readonly ShellSyntax[]): readonly ShellSyntax[] {
  const script = scriptIndex(words)
  if (script === undefined) return syntax
  return syntax.filter((one) => !one.inDoubleQuotes || one.word < script)
}

const interpreter = /(?:^|\/)(?:(?:ba|da|z|k|a|c|tc|fi)?sh|python[\d.]*|pypy[\d.]*|su)$/

/** Which word is the script of `… -c "…"`. For programs we do not know, only a script with spaces counts as one. */
function scriptIndex(words: readonly Word[]): number | undefined {
  let interpreted = false
  for (const [index, word] of words.entries()) {
    const next = words[index + 1]
    interpreted ||= interpreter.test(word.text)
    const flag = interpreted ? /^-[A-Za-z]*c$/.test(word.text) : word.text === '-c'
    if (flag && next?.quoted && (interpreted || /\s/.test(next.text))) return index + 1
  }
  return undefined
}

function isOnlyComment(syntax: readonly ShellSyntax[]): boolean {
  const first = syntax[0]
  return first?.character === '#' && first.word === 0 && !syntax.some(({ character }) => character === '\n')
}

function shellWarnings(text: string, words: readonly Word[], syntax: readonly ShellSyntax[]): CommandProblem[] {
  const warnings = [expandedTooEarly(words, syntax), withoutEffect(text, words, syntax), needsBash(words, text)]
  return warnings.filter((warning) => warning !== undefined)
}

function expandedTooEarly(words: readonly Word[], syntax: readonly ShellSyntax[]): CommandProblem | undefined {
  const script = scriptIndex(words)
  const early = syntax.find((one) => one.inDoubleQuotes && one.word === script)
  if (early === undefined) return undefined
  return {
    severity: 'warning',
    at: early.at,
    problem: `The shell replaces the ${early.character}… here before the inner program sees it.`,
    hint: 'Put the script after -c in single quotes.',
  }
}

function withoutEffect(text: string, words: readonly Word[], syntax: readonly ShellSyntax[]) {
  if (syntax.some(({ character }) => [';', '&', '|', '\n', '('].includes(character))) return undefined
  if (!leavesNoTrace(words.map((word) => word.text))) return undefined
  return {
    severity: 'warning',
    at: 0,
    problem: 'This has no effect on the commands after it, because each command starts afresh in /build.',
    hint: `Join them in one command: ${quotable(text)} && …`,
  } satisfies CommandProblem
}

function needsBash(words: readonly Word[], text: string): CommandProblem | undefined {
  const found = bashOnly(words, text)
  if (found === undefined) return undefined
  return {
    severity: 'warning',
    at: found.at,
    problem: `Commands like this run in /bin/sh, and ${found.what} works only in bash.`,
    hint: "Write /bin/bash -c '…' around it.",
  }
}

function unfinished({ at, character }: { readonly at: number; readonly character: string }): CommandProblem {
  if (character === '\\') {
    return { severity: 'error', at, problem: 'The command ends with a backslash that has nothing to escape.' }
  }
  const name = character === '"' ? 'double' : 'single'
  return { severity: 'error', at, problem: `The ${name} quote that opens here is never closed.` }
}

function emptyProgram(word: Word): CommandProblem {
  return {
    severity: 'error',
    at: word.start,
    problem: 'The first word of a command is the program, and it is empty here.',
  }
}
