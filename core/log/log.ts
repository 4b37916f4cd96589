import { z } from 'zod'

/** `system` is RAI's own voice: `$ make`, notices, the verdict. */
const logStreams = ['stdout', 'stderr', 'system'] as const
export type LogStream = (typeof logStreams)[number]

/** A run of valid UTF-8 from one stream, line ends included. A piece may end in the middle of a line. */
const pieceSchema = z.strictObject({
  stream: z.enum(logStreams),
  /** When the worker read it, in milliseconds since the epoch. */
  at: z.number().int(),
  text: z.string(),
})
export type LogPiece = z.infer<typeof pieceSchema>

/**
 * One entry of a submission's log; `(attempt, sequence)` is its id and the cursor. Sequences start at 1 in each
 * attempt and have no holes: a hole that a reader sees was cut by the cap or lost with the bus.
 * Readers accept this version and the one before it.
 */
export const logEntrySchema = z.strictObject({
  version: z.literal(1),
  attempt: z.number().int().positive(),
  sequence: z.number().int().positive(),
  /**
   * `pieces`: output. `gap`: output between the neighbours is missing here, and why (it is still in the stored log).
   * `end`: the attempt prints no more; it is the attempt's last entry.
   */
  kind: z.enum(['pieces', 'gap', 'end']),
  pieces: z.array(pieceSchema),
})
export type LogEntry = z.infer<typeof logEntrySchema>

/** Where a reader stands: it has seen everything up to and including this entry. */
export interface LogCursor {
  readonly attempt: number
  readonly sequence: number
}

/** Before the first entry of the first attempt. */
export const logStart: LogCursor = { attempt: 0, sequence: 0 }

export function isAfter(entry: LogCursor, cursor: LogCursor): boolean {
  return entry.attempt > cursor.attempt || (entry.attempt === cursor.attempt && entry.sequence > cursor.sequence)
}

export interface FollowOptions {
  readonly after: LogCursor
  readonly signal: AbortSignal
}

/**
 * The live log of each submission, as a port. It may vanish at any time: the stored log is the record.
 *
 * One writer a submission at a time; any number of readers. Every method rejects with a `ProviderError` when the bus
 * fails.
 */
export interface SubmissionLog {
  /**
   * Appends entries, ascending. Entries not after the newest one in the log are left out without an error: that is
   * how a retried append, or a worker that lost its lease, does no harm. The oldest entries go when the cap is met.
   */
  append(submission: string, entries: readonly LogEntry[]): Promise<void>
  /** Up to `limit` entries after the cursor, oldest first. Empty when there are none, or no such log. */
  read(submission: string, options: { readonly after: LogCursor; readonly limit: number }): Promise<LogEntry[]>
  /**
   * Every entry after the cursor as it comes, until `signal` aborts (then it returns). It goes on across an outage of
   * the bus by itself. It does not end at `end` entries, because another attempt may follow: the caller decides.
   */
  follow(submission: string, options: FollowOptions): AsyncIterable<LogEntry>
  /** Forgets a submission's log. */
  remove(submission: string): Promise<void>
  check(): Promise<void>
  /** Ends every `follow`. A second call does nothing. */
  close(): Promise<void>
}
