import { execa } from 'execa'
import type { Logger } from 'pino'
import { messageOf } from '../../core/errors.ts'

export interface WatchdogOptions {
  /** systemd's own variables are looked for here. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly log: Logger
  /** The program that speaks to systemd: Node itself has no datagram sockets of that kind. */
  readonly program?: string
}

export interface Watchdog {
  /** Tells systemd that the process leaves, and stops. A second call does nothing. */
  close(): Promise<void>
}

const tellLimitMs = 5_000

/**
 * Tells systemd that this process is up, and then again and again that it is not stuck: while the event loop stands
 * still, systemd hears nothing, and starts the process anew. Does nothing where systemd does not listen.
 */
export async function startWatchdog({ env, log, program = 'systemd-notify' }: WatchdogOptions): Promise<Watchdog> {
  if (env.NOTIFY_SOCKET === undefined) return { close: async () => undefined }
  const tell = async (...words: string[]) => {
    const said = await execa(program, words, { reject: false, timeout: tellLimitMs, stdin: 'ignore', env: { ...env } })
    if (said.failed) log.warn({ problem: messageOf(said) }, 'systemd cannot be told that this process lives')
  }
  await tell('--ready', `--pid=${process.pid}`)
  const everyMs = Number(env.WATCHDOG_USEC ?? 0) / 1000 / 3
  const timer = everyMs > 0 ? setInterval(() => void tell('WATCHDOG=1'), everyMs) : undefined
  timer?.unref()
  let closing: Promise<void> | undefined
  return {
    close: () => {
      clearInterval(timer)
      closing ??= tell('STOPPING=1')
      return closing
    },
  }
}
