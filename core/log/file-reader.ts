import { type FSWatcher, watch } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { ascending } from './entry.ts'
import { listSegments, readSegment, type SegmentPosition, segmentsAfter } from './file-segments.ts'
import type { LogCursor, LogEntry } from './log.ts'

export async function readEntries(
  folder: string,
  { after, limit }: { readonly after: LogCursor; readonly limit: number },
): Promise<LogEntry[]> {
  const found: LogEntry[] = []
  for (const segment of segmentsAfter(await listSegments(folder), after)) {
    const read = await readSegment(segment)
    found.push(...ascending(read?.entries ?? [], found.at(-1) ?? after))
    if (found.length >= limit) break
  }
  return found.slice(0, limit)
}

export interface FileFollowOptions {
  readonly after: LogCursor
  readonly signal: AbortSignal
  /** How long a change may go unseen where the system reports none. */
  readonly pollMs: number
}

/** Every entry after the cursor as it comes, until `signal` aborts. Failures are waited out. */
export async function* followEntries(folder: string, options: FileFollowOptions): AsyncGenerator<LogEntry> {
  const { signal, pollMs } = options
  const changes = await watchFolder(folder, signal, pollMs)
  let { after } = options
  let position: SegmentPosition | undefined
  try {
    while (!signal.aborted) {
      const changed = changes.next()
      const read = await readOn(folder, after, position).catch(() => undefined)
      position = read?.position ?? position
      for (const entry of ascending(read?.entries ?? [], after)) {
        yield entry
        after = entry
        if (signal.aborted) return
      }
      if (read === undefined) await changed
    }
  } finally {
    changes.close()
  }
}

/** The next entries of one segment; `undefined` when nothing was written since. */
async function readOn(
  folder: string,
  after: LogCursor,
  position: SegmentPosition | undefined,
): Promise<{ entries: LogEntry[]; position: SegmentPosition } | undefined> {
  const segments = await listSegments(folder)
  for (const segment of segmentsAfter(segments, position?.first ?? after)) {
    const known = position && isSame(position.first, segment.first) ? position : undefined
    const read = await readSegment(segment, known)
    if (read && read.entries.length > 0) return read
  }
  return undefined
}

function isSame(a: LogCursor, b: LogCursor): boolean {
  return a.attempt === b.attempt && a.sequence === b.sequence
}

interface Changes {
  /** Resolves at the next change, after `pollMs`, or when the signal aborts. */
  next(): Promise<void>
  close(): void
}

async function watchFolder(folder: string, signal: AbortSignal, pollMs: number): Promise<Changes> {
  let wake = () => {}
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch(() => {})
  const watcher = tryToWatch(folder, () => wake())
  let timer: NodeJS.Timeout | undefined
  const onAbort = () => wake()
  signal.addEventListener('abort', onAbort)
  return {
    next() {
      clearTimeout(timer)
      return new Promise((resolve) => {
        wake = resolve
        timer = setTimeout(resolve, pollMs)
        if (signal.aborted) resolve()
      })
    },
    close() {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      watcher?.close()
    },
  }
}

/** The system may have no watch left, or none for this file system: then polling alone has to do. */
function tryToWatch(folder: string, onChange: () => void): FSWatcher | undefined {
  try {
    return watch(folder, { persistent: false }, onChange).on('error', () => {})
  } catch {
    return undefined
  }
}
