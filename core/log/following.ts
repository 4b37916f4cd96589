/** Ends readers that wait: one by one when their own signal aborts, all of them when the log closes. */
export interface Following {
  /** A signal that aborts with `signal` or with `close`. `release` when the reader is gone. */
  begin(signal: AbortSignal): { readonly signal: AbortSignal; release(): void }
  close(): void
}

export function createFollowing(): Following {
  const readers = new Set<AbortController>()
  let closed = false

  return {
    begin(signal) {
      const reader = new AbortController()
      const end = () => reader.abort()
      const release = () => {
        signal.removeEventListener('abort', end)
        readers.delete(reader)
      }
      signal.addEventListener('abort', end, { once: true })
      readers.add(reader)
      if (closed || signal.aborted) end()
      return { signal: reader.signal, release }
    },
    close() {
      closed = true
      for (const reader of readers) reader.abort()
    },
  }
}
