import { execa } from 'execa'

export interface Syslog {
  /** A line with its priority prefix. Lines are dropped while syslog is more than a megabyte behind. */
  write(line: string): void
  /** Waits until all lines are delivered. A second call does nothing. */
  close(): Promise<void>
}

export interface SyslogOptions {
  /** The program's name in syslog. */
  readonly tag: string
  /** Called once when lines can no longer be delivered. */
  readonly onFailure: (problem: string) => void
  /** What to run instead of `logger`. */
  readonly command?: readonly [string, ...string[]]
}

const mostBehind = 1024 * 1024
const closeMs = 2_000

/** Through the `logger` command of util-linux, because Node has no Unix datagram sockets. */
export function openSyslog({ tag, onFailure, command = ['logger'] }: SyslogOptions): Syslog {
  const [program, ...first] = command
  const child = execa(program, [...first, '--prio-prefix', '--size', '8KiB', '--tag', tag], {
    stdin: 'pipe',
    stdout: 'ignore',
    stderr: 'ignore',
    reject: false,
  })
  const ended = child.then(({ failed, shortMessage }) => {
    if (failed) onFailure(shortMessage ?? 'it ended')
  })
  child.stdin.on('error', () => {}) // It ended; `ended` tells why.
  return {
    write(line) {
      if (child.stdin.writable && child.stdin.writableLength < mostBehind) child.stdin.write(line)
    },
    async close() {
      child.stdin.end()
      const timer = setTimeout(() => child.kill(), closeMs)
      await ended.finally(() => clearTimeout(timer))
    },
  }
}
