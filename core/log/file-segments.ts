import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf } from '../system-error.ts'
import { decodeEntry } from './entry.ts'
import { isAfter, type LogCursor, type LogEntry } from './log.ts'

/**
 * A submission's folder holds segments: files of one entry a line, named after their first entry, so that their order
 * and what to skip show in the names. The cap removes whole segments.
 */
export interface Segment {
  readonly file: string
  /** Id of the first entry. */
  readonly first: LogCursor
}

/** How far a reader got: everything before `offset` of the file with this inode. */
export interface SegmentPosition {
  readonly first: LogCursor
  readonly inode: number
  readonly offset: number
}

export function segmentFile(folder: string, { attempt, sequence }: LogCursor): string {
  return join(folder, `${attempt}-${sequence}.ndjson`)
}

/** Oldest first. Empty when there is no such folder. */
export async function listSegments(folder: string): Promise<Segment[]> {
  const names = await readdir(folder).catch((error) => {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  })
  const segments = names.flatMap((name) => {
    const [, attempt, sequence] = /^(\d+)-(\d+)\.ndjson$/.exec(name) ?? []
    return attempt && sequence ? [toSegment(folder, { attempt: Number(attempt), sequence: Number(sequence) })] : []
  })
  return segments.sort((a, b) => (isAfter(a.first, b.first) ? 1 : -1))
}

function toSegment(folder: string, first: LogCursor): Segment {
  return { file: segmentFile(folder, first), first }
}

/** Those segments that can hold entries after the cursor. */
export function segmentsAfter(segments: readonly Segment[], cursor: LogCursor): Segment[] {
  const last = segments.findLastIndex(({ first }) => !isAfter(first, cursor))
  return segments.slice(Math.max(last, 0))
}

/**
 * The entries of a segment from a position on, and where they end. A last line without its end is left for the next
 * time; a line that is no entry is skipped, which shows as a hole. `undefined` when the segment is gone.
 */
export async function readSegment(
  segment: Segment,
  from?: SegmentPosition,
): Promise<{ readonly entries: LogEntry[]; readonly position: SegmentPosition } | undefined> {
  const handle = await open(segment.file).catch((error) => {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  })
  if (handle === undefined) return undefined
  try {
    const { size, ino } = await handle.stat()
    const offset = from && from.inode === ino && from.offset <= size ? from.offset : 0
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - offset), 0, size - offset, offset)
    const end = buffer.subarray(0, bytesRead).lastIndexOf(0x0a) + 1
    const entries = buffer.toString('utf8', 0, end).split('\n').map(decodeEntry).filter(isEntry)
    return { entries, position: { first: segment.first, inode: ino, offset: offset + end } }
  } finally {
    await handle.close()
  }
}

function isEntry(entry: LogEntry | undefined): entry is LogEntry {
  return entry !== undefined
}
