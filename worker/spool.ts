import { type FileHandle, open } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { type LogEntry, logEntrySchema } from '../core/log/log.ts'

/**
 * What an attempt printed, on this host's disk: the output never waits for the bus, and the stored log is made from
 * here. One writer; `read` and `text` may be called meanwhile. Bounded by the run's output limit.
 */
export interface Spool {
  /** Resolves when the entry is in the file. */
  append(entry: LogEntry): Promise<void>
  /** Bytes in the file. */
  size(): number
  /** Whole entries from a byte offset on, about `bytes` of them, and the offset behind the last. */
  read(offset: number, bytes: number): Promise<{ readonly entries: LogEntry[]; readonly offset: number }>
  /** All that was printed, as text, in the order in which it was read. Call after the last `append`. */
  text(): Readable
  close(): Promise<void>
}

const newline = 10

export async function openSpool(path: string): Promise<Spool> {
  const file = await open(path, 'ax+', 0o600)
  let size = 0
  return {
    append: async (entry) => {
      const line = Buffer.from(`${JSON.stringify(entry)}\n`)
      await file.appendFile(line)
      size += line.length
    },
    size: () => size,
    read: (offset, bytes) => readEntries(file, offset, Math.min(bytes, size - offset)),
    text: () => Readable.from(texts(file)),
    close: () => file.close(),
  }
}

/** Starts at the first whole line behind `offset`, unless that is the beginning of one. */
async function readEntries(file: FileHandle, offset: number, bytes: number): ReturnType<Spool['read']> {
  if (bytes <= 0) return { entries: [], offset }
  const buffer = Buffer.alloc(bytes)
  const { bytesRead } = await file.read(buffer, 0, bytes, offset)
  const end = buffer.subarray(0, bytesRead).lastIndexOf(newline)
  // One entry is larger than what was asked for.
  if (end < 0) return bytesRead < bytes ? { entries: [], offset } : readEntries(file, offset, bytes * 2)
  const lines = buffer.toString('utf8', 0, end).split('\n')
  return { entries: lines.flatMap(parseEntry), offset: offset + end + 1 }
}

/** A reader that jumped ahead starts in the middle of a line; that line is none. */
function parseEntry(line: string): LogEntry[] {
  try {
    return [logEntrySchema.parse(JSON.parse(line))]
  } catch {
    return []
  }
}

async function* texts(file: FileHandle): AsyncGenerator<string> {
  const lines = createInterface({ input: file.createReadStream({ start: 0, autoClose: false }), crlfDelay: 0 })
  for await (const line of lines) {
    for (const entry of parseEntry(line)) for (const piece of entry.pieces) yield piece.text
  }
}
