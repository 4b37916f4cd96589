/** How a process is asked to leave. */
export interface Shutdown {
  /** Aborts at the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal
  /** Stops listening for them. */
  close(): void
}

/** The first Ctrl-C or SIGTERM lets the process finish what it is at; the second one ends it at once. */
export function listenForShutdown(onFirst: () => void): Shutdown {
  const controller = new AbortController()
  const stop = () => {
    if (controller.signal.aborted) process.exit(130)
    controller.abort()
    onFirst()
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  return {
    signal: controller.signal,
    close: () => {
      process.off('SIGINT', stop)
      process.off('SIGTERM', stop)
    },
  }
}
