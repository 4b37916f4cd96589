import { isAfter, type LogCursor, type LogEntry, logEntrySchema } from './log.ts'

/** One line of JSON. */
export function encodeEntry(entry: LogEntry): string {
  return JSON.stringify(entry)
}

/** `undefined` for what is no entry: a line that a crash cut short, or a version we do not know. */
export function decodeEntry(text: string): LogEntry | undefined {
  try {
    return logEntrySchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/**
 * Those entries that come after the cursor and after each other. A bus may hold entries out of order where a worker
 * that lost its lease wrote late.
 */
export function ascending(entries: Iterable<LogEntry>, after: LogCursor): LogEntry[] {
  let newest = after
  return [...entries].filter((entry) => {
    if (!isAfter(entry, newest)) return false
    newest = entry
    return true
  })
}

/** Throws a `RangeError` for what may not name a log. Ids are made by us, so a bad one is a bug. */
export function assertLogName(submission: string): void {
  if (!/^[A-Za-z0-9_-]{1,80}$/.test(submission)) throw new RangeError('not the id of a submission')
}
