import { setTimeout as delay } from 'node:timers/promises'
import { ascending } from './entry.ts'
import type { FollowOptions, LogCursor, LogEntry } from './log.ts'
import type { Hub } from './redis-hub.ts'
import { createMailbox } from './redis-mailbox.ts'
import type { LogStreams } from './redis-stream.ts'

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
