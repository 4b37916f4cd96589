import type { YAMLParseError } from 'yaml'
import type { Place } from './report.ts'

type Explanation = readonly [problem: string, hint?: string]
type Explained = [place: Place, problem: string, hint?: string]

/** Turns the YAML parser's words into ours: the place, a sentence, and what to do. */
export function explainYamlError(error: YAMLParseError, text: string): Explained {
  const place = offendingLine(error.pos[0], text)
  const known = error.message.startsWith('Flow ') ? unclosedBracket : explanations[codeOf(error, place, text)]
  return known === undefined ? [place, `This is not valid YAML: ${firstSentence(error.message)}.`] : [place, ...known]
}

/** An entry that is indented less than the one before it reads to the parser as a key, without any colon. */
function codeOf({ code }: YAMLParseError, { start, end }: Place, text: string): YAMLParseError['code'] {
  const isKey = code === 'BLOCK_AS_IMPLICIT_KEY' || code === 'MULTILINE_IMPLICIT_KEY' || code === 'MISSING_CHAR'
  return isKey && /^\s*- (?!.*:(?:\s|$))/.test(text.slice(startOfLine(start, text), end)) ? 'BAD_INDENT' : code
}

/** The parser finds these only when it is asked for the value. */
export const unresolvedAlias: Explanation = [
  'An alias (*name) is used that no anchor (&name) defines.',
  'If a word begins with *, put it in quotes.',
]

const unclosedBracket: Explanation = [
  'A bracket that opens before this place is never closed, or closed too far to the left.',
  'If it is no list or map, put the value in quotes.',
]

const explanations: { readonly [code in YAMLParseError['code']]?: Explanation } = {
  TAB_AS_INDENT: ['A tab is used for indentation, and YAML allows only spaces.', 'Replace the tab with spaces.'],
  BAD_INDENT: ['The indentation does not fit the lines before it.', 'Align it with its neighbours, with spaces.'],
  MULTIPLE_DOCS: ['The file holds more than one YAML document.', 'Remove the line `---` and what does not belong.'],
  BLOCK_AS_IMPLICIT_KEY: [
    'There is a second colon on this line, so YAML takes the text before it for a key.',
    'Put the whole value in quotes.',
  ],
  BAD_SCALAR_START: ['A value cannot begin with this character without quotes.', 'Put the whole value in quotes.'],
  BAD_DQ_ESCAPE: [
    'There is a backslash in double quotes that YAML does not know.',
    'Use single quotes around the value, or write the backslash twice.',
  ],
  RESOURCE_EXHAUSTION: ['The file is nested too deeply here.'],
}

function firstSentence(message: string): string {
  return (message.split('\n', 1)[0] ?? '').replace(/\.$/, '').replaceAll('`', "'").slice(0, 120)
}

/** Quotes the whole line: the key in front of a secret is what the secret is known by. */
function offendingLine(start: number, text: string): Place {
  const lineEnd = text.indexOf('\n', start)
  return { start, end: lineEnd === -1 ? text.length : lineEnd, quoteFrom: startOfLine(start, text) }
}

function startOfLine(at: number, text: string): number {
  return text.lastIndexOf('\n', at - 1) + 1
}
