import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { ascending } from './entry.ts'
import { type FollowOptions, isAfter, type LogCursor, type LogEntry } from './log.ts'
import type { Hub } from './redis-hub.ts'
import type { LogStreams } from './redis-stream.ts'

/** How many entries wait for a slow reader before it has to read them from the stream itself. */
const mailboxEntries = 1_000
const readLimit = 200

/** Every entry after the cursor as it comes, until `signal` aborts. An outage is waited out. */
export async function* followStream(
  { streams, hub, key }: { readonly streams: LogStreams; readonly hub: Hub; readonly key: string },
  { after, signal }: FollowOptions,
): AsyncGenerator<LogEntry> {
  const mailbox = createMailbox(signal)
  let cursor = after
  let leave: (() => void) | undefined
  try {
    while (!signal.aborted) {
      const batch = mailbox.isBehind() ? await catchUp(cursor) : await mailbox.take(cursor)
      for (const entry of ascending(batch, cursor)) {
        yield entry
        cursor = entry
        if (signal.aborted) return
      }
    }
  } finally {
    leave?.()
  }

  async function catchUp(from: LogCursor): Promise<readonly LogEntry[]> {
    // Before the read: what is appended after it is then in the mailbox.
    if (leave !== undefined) mailbox.caughtUp()
    const entries = await streams.read(key, { after: from, limit: readLimit }).catch(() => undefined)
    if (entries === undefined || entries.length === readLimit) mailbox.fallBehind()
    // The first short page is read without a watch, which would send a long log twice.
    else leave ??= hub.watch(key, entries.at(-1) ?? from, mailbox.deliver)
    if (entries === undefined) await delay(200, undefined, { signal }).catch(() => {})
    return entries ?? []
  }
}

interface Mailbox {
  deliver(from: LogCursor, entries: readonly LogEntry[]): void
  /** Whether entries may exist that never come into the mailbox. */
  isBehind(): boolean
  fallBehind(): void
  caughtUp(): void
  /** Waits for entries, a change of `isBehind`, or the signal. */
  take(cursor: LogCursor): Promise<readonly LogEntry[]>
}

function createMailbox(signal: AbortSignal): Mailbox {
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
