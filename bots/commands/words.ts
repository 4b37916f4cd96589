import { parseArgs } from 'node:util'
import type { Command } from './command.ts'
import { optionWithoutValue, tooManyWords, unknownOption } from './refusals.ts'

/** Bytes of a line that are read; no command needs more. */
const longestRequest = 4_000

/** A line's words. Quotes, straight or curly, keep words together; phones turn `--` into a dash, and it is turned back. */
export function splitWords(line: string): string[] {
  const words = line.slice(0, longestRequest).match(/"[^"]*"|“[^”]*”|'[^']*'|\S+/g) ?? []
  return words.map(unquoted).map((word) => word.replace(/^[—–](?=\w)/, '--'))
}

function unquoted(word: string): string {
  return /^(?:".*"|“.*”|'.*')$/s.test(word) ? word.slice(1, -1) : word
}

export interface Arguments {
  readonly words: readonly string[]
  readonly options: Readonly<Record<string, string>>
}

/** What stands behind a command's name, or a `Refusal` that names what is too much. */
export function readArguments({ name, usage, options, mostWords }: Command, given: readonly string[]): Arguments {
  const known = [...Object.keys(options), 'course']
  const { tokens } = parseArgs({
    args: [...given],
    options: Object.fromEntries(known.map((option) => [option, { type: 'string' as const }])),
    allowPositionals: true,
    strict: false,
    tokens: true,
  })
  const words: string[] = []
  const values: Record<string, string> = {}
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value)
    if (token.kind !== 'option') continue
    if (!known.includes(token.name)) throw unknownOption(token.name, name, known)
    if (token.value === undefined || token.value === '') throw optionWithoutValue(token.name, name)
    values[token.name] = token.value
  }
  const surplus = words[mostWords]
  if (surplus !== undefined) throw tooManyWords(surplus, name, usage)
  return { words, options: values }
}
