import type { LogCursor, LogEntry, LogPiece, LogStream } from '../core/log/log.ts'
import { logStart } from '../core/log/log.ts'
import { cleanLine, longestRawLine } from './render/clean.ts'
import { missingOutput } from './wording.ts'

/** One line of output, clean: text and SGR colours, no line end. */
export interface LogLine {
  readonly stream: LogStream
  /** When its end was read, in milliseconds since the epoch. */
  readonly at: number
  readonly text: string
}

/** Folds the entries of one submission's log into lines. Not for concurrent use. */
export interface LogFold {
  /** The lines this entry completed. The first entry of another attempt starts everything anew. */
  push(entry: LogEntry): readonly LogLine[]
  /** The last lines, oldest first, and with them those that have not ended yet. */
  tail(): readonly LogLine[]
  readonly cursor: LogCursor
  /** Whether the attempt said that it prints no more. */
  readonly ended: boolean
}

/** @param keep how many lines `tail` remembers. */
export function createLogFold(keep: number): LogFold {
  let cursor = logStart
  let ended = false
  let partials = createPartials()
  let last: LogLine[] = []

  function take(entry: LogEntry): LogLine[] {
    if (entry.kind === 'end') return partials.flush()
    if (entry.kind === 'gap') return [gapLine(entry, last)]
    return entry.pieces.flatMap((piece) => partials.push(piece))
  }

  return {
    push(entry) {
      const anew = entry.attempt !== cursor.attempt
      if (anew) {
        partials = createPartials()
        last = []
        ended = false
      }
      const hole = anew ? entry.sequence > 1 : entry.sequence > cursor.sequence + 1
      const lines = [...(hole ? [gapLine(entry, last)] : []), ...take(entry)]
      cursor = { attempt: entry.attempt, sequence: entry.sequence }
      ended ||= entry.kind === 'end'
      last = [...last, ...lines].slice(-keep)
      return lines
    },
    tail: () => [...last, ...partials.peek()].slice(-keep),
    get cursor() {
      return cursor
    },
    get ended() {
      return ended
    },
  }
}

function gapLine(entry: LogEntry, before: readonly LogLine[]): LogLine {
  const [piece] = entry.pieces
  const why = entry.kind === 'gap' && piece !== undefined ? cleanLine(piece.text.trimEnd()) : missingOutput
  return { stream: 'system', at: piece?.at ?? before.at(-1)?.at ?? 0, text: why }
}

interface Partial {
  text: string
  at: number
  /** A carriage return was read: what comes next starts the line anew. */
  restart: boolean
}

function createPartials() {
  const open = new Map<LogStream, Partial>()

  function* fold({ stream, at, text }: LogPiece): Generator<LogLine> {
    for (const token of text.split(/([\r\n])/)) {
      const partial = open.get(stream) ?? { text: '', at, restart: false }
      if (token === '\n') {
        open.delete(stream)
        yield toLine(stream, { ...partial, at })
      } else if (token !== '') {
        open.set(stream, token === '\r' ? { ...partial, restart: true } : grow(partial, token, at))
      }
    }
  }

  return {
    push: (piece: LogPiece) => [...fold(piece)],
    peek: () =>
      [...open].filter(([, partial]) => partial.text !== '').map(([stream, partial]) => toLine(stream, partial)),
    flush() {
      const lines = this.peek()
      open.clear()
      return lines
    },
  }
}

/** One character more than is ever looked at, so that the cut shows. */
function grow(partial: Partial, text: string, at: number): Partial {
  const before = partial.restart ? '' : partial.text
  return { text: (before + text).slice(0, longestRawLine + 1), at, restart: false }
}

function toLine(stream: LogStream, { text, at }: Partial): LogLine {
  return { stream, at, text: cleanLine(text) }
}
