import { withoutColours } from './clean.ts'

/** Where a compiler or an interpreter says the fault is. */
export interface FirstError {
  readonly file: string
  readonly line?: number
  readonly message: string
}

/** Looks at clean lines one after the other and keeps the first error it recognises. */
export interface ErrorFinder {
  see(line: string): void
  readonly found: FirstError | undefined
}

/** gcc, clang, javac, nvcc's host compiler · nvcc itself · the linker. */
const oneLine: readonly RegExp[] = [
  /^(?<file>[^\s:()]{1,200}):(?<line>\d{1,7}):(?:\d{1,7}:)? (?:fatal )?error: (?<message>.+)$/,
  /^(?<file>[^\s:()]{1,200})\((?<line>\d{1,7})\): (?:catastrophic )?error(?: #?[\w-]{1,20})?: (?<message>.+)$/,
  /^(?:\S{1,200}ld: )?(?<file>[^\s:()]{1,200}):(?:\(\.[\w.+]{1,200}\)|in function [^:]{1,200}): (?<message>undefined reference to .+)$/,
]

export function createErrorFinder(): ErrorFinder {
  const followers = [rust(), python()]
  let found: FirstError | undefined
  return {
    see(coloured) {
      if (found !== undefined) return
      const line = withoutColours(coloured)
      found = inOneLine(line) ?? followers.map((follow) => follow(line)).find((error) => error !== undefined)
    },
    get found() {
      return found
    },
  }
}

function inOneLine(line: string): FirstError | undefined {
  for (const pattern of oneLine) {
    const groups = pattern.exec(line)?.groups
    if (groups !== undefined) return toError(groups.file, groups.line, groups.message)
  }
  return undefined
}

/** `error[E0308]: mismatched types`, then `  --> src/main.rs:4:9`. */
function rust(): (line: string) => FirstError | undefined {
  let message: string | undefined
  return (line) => {
    const head = /^error(?:\[E\d{1,5}\])?: (.+)$/.exec(line)
    if (head !== null) message = head[1]
    const where = message === undefined ? null : /^ *--> ([^\s:]{1,200}):(\d{1,7}):\d{1,7}$/.exec(line)
    return where === null ? undefined : toError(where[1], where[2], message)
  }
}

/** `Traceback …`, then frames of which the last counts, then `NameError: …` at the margin. */
function python(): (line: string) => FirstError | undefined {
  let traced = false
  let frame: RegExpExecArray | null = null
  return (line) => {
    if (line.startsWith('Traceback (most recent call last)')) traced = true
    const place = /^ +File "([^"]{1,200})", line (\d{1,7})/.exec(line)
    if (place !== null) frame = place
    if (!traced && !/^\w*SyntaxError: /.test(line)) return undefined
    const end = frame === null ? null : /^[A-Za-z_][\w.]{0,100}(?:: .*)?$/.exec(line)
    return end === null ? undefined : toError(frame?.[1], frame?.[2], line)
  }
}

function toError(file = '', line: string | undefined, message = ''): FirstError {
  return { file, message, ...(line === undefined ? {} : { line: Number(line) }) }
}

export function describeFirstError({ file, line, message }: FirstError): string {
  return `${file}${line === undefined ? '' : `:${line}`}: ${message}`
}
