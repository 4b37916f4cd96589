import { createErrorFinder, type FirstError } from './first-error.ts'

/** Finds the first error in output as it comes, in pieces that are no lines. */
export interface ErrorWatch {
  see(stream: 'stdout' | 'stderr', text: string): void
  readonly found: FirstError | undefined
}

/** Of a line, and of lines in all: who prints for an hour before the first error is not helped by it. */
const longestLine = 4_096
const mostCharacters = 8 * 1024 * 1024
const longestKept = 300

export function createErrorWatch(): ErrorWatch {
  const finder = createErrorFinder()
  const rest = { stdout: '', stderr: '' }
  let seen = 0
  return {
    see(stream, text) {
      if (finder.found !== undefined || seen > mostCharacters) return
      seen += text.length
      const lines = `${rest[stream]}${text}`.split('\n')
      rest[stream] = (lines.pop() ?? '').slice(0, longestLine)
      for (const line of lines) finder.see(line.slice(0, longestLine).trimEnd())
    },
    get found() {
      return finder.found === undefined ? undefined : short(finder.found)
    },
  }
}

function short({ file, line, message }: FirstError): FirstError {
  const cut = (text: string) => text.replaceAll(/\p{Cc}|\p{Surrogate}/gu, ' ').slice(0, longestKept)
  return { file: cut(file), message: cut(message), ...(line === undefined ? {} : { line }) }
}
