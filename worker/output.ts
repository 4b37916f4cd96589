import { StringDecoder } from 'node:string_decoder'
import { createErrorWatch } from '../core/log/error-watch.ts'
import type { FirstError } from '../core/log/first-error.ts'
import type { LogEntry, LogPiece, LogStream } from '../core/log/log.ts'
import { createRedactor, type Redactor } from '../core/secret/redact.ts'
import type { Spool } from './spool.ts'

export interface OutputOptions {
  readonly attempt: number
  readonly spool: Spool
  /** Told after each entry that reached the spool. */
  readonly onEntry: () => void
  /** Takes secrets out of everything, also of what is said. Absent: nothing is secret. */
  readonly redactor?: Redactor
  readonly now?: () => number
}

/** Turns bytes into the submission log's entries: at most 32 KB, at most 50 ms after the first byte in it. */
export interface Output {
  /** Resolves when the spool has room again: whoever awaits it is slowed to the disk's pace, never to the bus's. */
  write(stream: 'stdout' | 'stderr', bytes: Buffer): Promise<void>
  /** RAI's own voice; a line end is added. */
  say(line: string): Promise<void>
  /** What the first compiler or interpreter complained about so far. */
  readonly firstError: FirstError | undefined
  /** Writes what is left and the attempt's last entry. Nothing may be written afterwards. */
  end(): Promise<void>
}

const entryBytes = 32 * 1024
const entryMs = 50

export function createOutput(options: OutputOptions): Output {
  const { attempt, spool, onEntry, now = Date.now, redactor = createRedactor([]) } = options
  const decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') }
  const redacting = { stdout: redactor.stream(), stderr: redactor.stream() }
  const errors = createErrorWatch()
  let sequence = 0
  let pieces: LogPiece[] = []
  let bytes = 0
  let timer: NodeJS.Timeout | undefined
  let written: Promise<void> = Promise.resolve()

  const put = (kind: LogEntry['kind'], batch: LogPiece[]) => {
    sequence += 1
    const entry: LogEntry = { version: 1, attempt, sequence, kind, pieces: batch }
    written = written.then(() => spool.append(entry)).then(onEntry)
    // A failure is met by whoever awaits `written` next; without this it would also end the process.
    written.catch(() => undefined)
  }
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    if (pieces.length === 0) return
    put('pieces', pieces)
    pieces = []
    bytes = 0
  }
  const add = async (stream: LogStream, text: string) => {
    if (stream !== 'system') errors.see(stream, text)
    for (const part of inParts(text)) {
      const last = pieces.at(-1)
      if (last?.stream === stream) pieces[pieces.length - 1] = { ...last, text: last.text + part }
      else pieces.push({ stream, at: now(), text: part })
      bytes += part.length
      if (bytes >= entryBytes) flush()
    }
    if (pieces.length > 0) timer ??= setTimeout(flush, entryMs)
    else await written
  }
  // What was held back as the possible start of a secret.
  const release = async () => {
    await add('stdout', redacting.stdout.end())
    await add('stderr', redacting.stderr.end())
  }
  return {
    write: (stream, chunk) => add(stream, redacting[stream].push(decoders[stream].write(chunk))),
    get firstError() {
      return errors.found
    },
    say: async (line) => {
      await release()
      await add('system', redactor.redact(`${line}\n`))
    },
    end: async () => {
      await add('stdout', redacting.stdout.push(decoders.stdout.end()))
      await add('stderr', redacting.stderr.push(decoders.stderr.end()))
      await release()
      flush()
      put('end', [])
      await written
    },
  }
}

/** In pieces that fit an entry. */
function inParts(text: string): string[] {
  const parts: string[] = []
  for (let start = 0; start < text.length; ) {
    let end = Math.min(start + entryBytes, text.length)
    const code = text.charCodeAt(end - 1)
    // Not between the halves of a surrogate pair.
    if (end < text.length && code >= 0xd800 && code <= 0xdbff) end -= 1
    parts.push(text.slice(start, end))
    start = end
  }
  return parts
}
