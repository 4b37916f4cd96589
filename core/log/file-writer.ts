import { mkdir, open, rm, stat } from 'node:fs/promises'
import type { LogCap } from './cap.ts'
import { ascending, encodeEntry } from './entry.ts'
import { listSegments, readSegment, segmentFile } from './file-segments.ts'
import { type LogCursor, type LogEntry, logStart } from './log.ts'

/** The cap is met by removing the oldest of this many segments. */
const segmentsKept = 8

/** Where the next line goes: the newest segment as we left it. */
interface Tail {
  readonly newest: LogCursor
  readonly file?: string
  readonly inode: number
  readonly bytes: number
  readonly entries: number
  /** The last line was cut short by a crash. */
  readonly torn: boolean
}

const emptyTail: Tail = { newest: logStart, inode: 0, bytes: 0, entries: 0, torn: false }

export interface LogWriter {
  append(folder: string, entries: readonly LogEntry[]): Promise<void>
}

/** Writes segments. One call at a time for each folder; other processes may write there as well. */
export function createLogWriter(cap: LogCap): LogWriter {
  // Only saves reading the newest segment again: forgetting one does no harm.
  const tails = new Map<string, Tail>()

  function remember(folder: string, tail: Tail): void {
    tails.delete(folder)
    tails.set(folder, tail)
    const [oldest] = tails.keys()
    if (oldest !== undefined && tails.size > 1_000) tails.delete(oldest)
  }

  return {
    async append(folder, entries) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const cached = tails.get(folder)
      tails.delete(folder)
      let tail = cached && (await isCurrent(cached)) ? cached : await findTail(folder)
      let waiting = ascending(entries, tail.newest)
      while (waiting.length > 0) {
        if (isFull(tail, cap)) tail = { ...emptyTail, newest: tail.newest }
        const batch = takeBatch(waiting, tail, cap)
        waiting = waiting.slice(batch.length)
        tail = await write(folder, tail, batch)
      }
      remember(folder, tail)
    },
  }
}

async function isCurrent({ file, inode, bytes }: Tail): Promise<boolean> {
  const found = file === undefined ? undefined : await stat(file).catch(() => undefined)
  return found?.ino === inode && found.size === bytes
}

async function findTail(folder: string): Promise<Tail> {
  const segments = await listSegments(folder)
  let tail = emptyTail
  for (const segment of segments.reverse()) {
    const read = await readSegment(segment)
    if (read === undefined) continue
    const { size, ino } = await stat(segment.file)
    const newest = ascending(read.entries, logStart).at(-1)
    const here = { file: segment.file, inode: ino, bytes: size, entries: read.entries.length }
    if (tail.file === undefined) tail = { ...here, newest: logStart, torn: read.position.offset < size }
    if (newest) return { ...tail, newest }
  }
  return tail
}

function isFull({ file, bytes, entries }: Tail, cap: LogCap): boolean {
  return file === undefined || bytes >= cap.bytes / segmentsKept || entries >= cap.entries / segmentsKept
}

/** As many entries as the segment has room for, and at least one. */
function takeBatch(entries: readonly LogEntry[], tail: Tail, cap: LogCap): LogEntry[] {
  let bytes = tail.bytes
  const room = Math.max(1, Math.floor(cap.entries / segmentsKept) - tail.entries)
  const fitting = entries.slice(0, room).findIndex((entry) => {
    bytes += Buffer.byteLength(encodeEntry(entry)) + 1
    return bytes > cap.bytes / segmentsKept
  })
  return entries.slice(0, fitting === -1 ? room : Math.max(1, fitting))
}

async function write(folder: string, tail: Tail, batch: readonly LogEntry[]): Promise<Tail> {
  const [first] = batch
  const newest = batch.at(-1)
  if (first === undefined || newest === undefined) return tail
  const file = tail.file ?? segmentFile(folder, first)
  const handle = await open(file, 'a', 0o600)
  try {
    const lines = batch.map((entry) => `${encodeEntry(entry)}\n`).join('')
    await handle.writeFile(tail.torn ? `\n${lines}` : lines)
    const { ino, size } = await handle.stat()
    if (tail.file === undefined) await trim(folder)
    return { newest, file, inode: ino, bytes: size, entries: tail.entries + batch.length, torn: false }
  } finally {
    await handle.close()
  }
}

async function trim(folder: string): Promise<void> {
  const segments = await listSegments(folder)
  for (const { file } of segments.slice(0, -segmentsKept)) await rm(file, { force: true })
}
