import type { Word } from './split-words.ts'

const builtins = [
  ...[':', '.', 'alias', 'bg', 'cd', 'declare', 'eval', 'exec', 'exit', 'export', 'fg', 'getopts', 'hash', 'jobs'],
  ...['let', 'local', 'popd', 'pushd', 'read', 'readonly', 'return', 'set', 'shift', 'shopt', 'source', 'times'],
  ...['trap', 'type', 'typeset', 'ulimit', 'umask', 'unalias', 'unset', 'wait', 'command'],
]
const reservedWords = ['!', '{', '[[', 'case', 'for', 'function', 'if', 'select', 'until', 'while']
const shellWords = new Set([...builtins, ...reservedWords])

/** Whether a command with this first word can only be run by a shell. */
export function isShellWord(word: string): boolean {
  return shellWords.has(word)
}

/** `OMP_NUM_THREADS=4 ./app` */
export function beginsWithAssignment(command: string): boolean {
  return assignment.test(command.trimStart())
}
const assignment = /^[A-Za-z_][A-Za-z0-9_]*=/

const changesOnlyItsShell = new Set(
  '. alias cd export popd pushd set shopt source ulimit umask unalias unset'.split(' '),
)

/** Whether a simple command changes nothing but the shell that runs it. */
export function leavesNoTrace(words: readonly string[]): boolean {
  return changesOnlyItsShell.has(words[0] ?? '') || words.every((word) => assignment.test(word))
}

const bashOnlyWords = new Set('[[ declare function let popd pushd select shopt source typeset pipefail'.split(' '))
const bashOnlyOperator = /&>|<\(|>\(|<<</

/** The first thing in a command that `/bin/sh` need not know, if any. Only a guess: it makes a warning. */
export function bashOnly(words: readonly Word[], text: string): { what: string; at: number } | undefined {
  const word = words.find(
    (one, index) => !one.quoted && bashOnlyWords.has(withoutOperators(one.text)) && isRead(words, index),
  )
  if (word !== undefined) return { what: withoutOperators(word.text), at: word.start }
  const operator = words.some((one) => one.quoted) ? null : bashOnlyOperator.exec(text)
  return operator === null ? undefined : { what: operator[0], at: operator.index }
}

/** Whether the shell itself reads this word, as far as one can tell without a parser: `echo source` is harmless. */
function isRead(words: readonly Word[], index: number): boolean {
  const before = words[index - 1]?.text
  return before === undefined || /[;&|({]$|^(?:if|then|else|while|until|do|!|-o|-eo|-euo)$/.test(before)
}

function withoutOperators(word: string): string {
  return word.replace(/[;&|)]+$/, '')
}
