import { once } from 'node:events'
import { isAfter, type LogCursor, type LogEntry } from './log.ts'

/** How many entries wait for a slow reader before it has to read them from the stream itself. */
const mailboxEntries = 1_000

/** What one reader of a stream has not read yet. */
export interface Mailbox {
  deliver(from: LogCursor, entries: readonly LogEntry[]): void
  /** Whether entries may exist that never come into the mailbox. */
  isBehind(): boolean
  fallBehind(): void
  caughtUp(): void
  /** Waits for entries, a change of `isBehind`, or the signal. */
  take(cursor: LogCursor): Promise<readonly LogEntry[]>
}

/** Begins behind. */
export function createMailbox(signal: AbortSignal): Mailbox {
  let behind = true
  let first: LogCursor | undefined
  let waiting: LogEntry[] = []
  const arrivals = new EventTarget()

  function fallBehind(): void {
    behind = true
    first = undefined
    waiting = []
  }

  return {
    isBehind: () => behind,
    fallBehind,
    caughtUp() {
      fallBehind()
      behind = false
    },
    deliver(from, entries) {
      if (waiting.length + entries.length > mailboxEntries) fallBehind()
      else if (!behind) {
        first ??= from
        waiting.push(...entries)
      }
      arrivals.dispatchEvent(new Event('arrival'))
    },
    async take(cursor) {
      if (first === undefined && !behind) await once(arrivals, 'arrival', { signal }).catch(() => {})
      // Something between what the reader has and the first of these was never seen here.
      if (first !== undefined && isAfter(first, cursor)) fallBehind()
      const taken = waiting
      first = undefined
      waiting = []
      return taken
    },
  }
}
