import { type LoggerOptions, type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino'
import { prettyFactory } from 'pino-pretty'
import { describeError } from './describe-error.ts'
import { priorityPrefix } from './priority.ts'
import { openSyslog } from './syslog.ts'

/** Structured: `log.warn({ submission }, 'lease lost')`. Errors go under `err`. Children carry context. */
export type Logger = PinoLogger

interface LogDestination {
  write(line: string): unknown
}

export interface CreateLoggerOptions {
  readonly level: string
  /** Coloured lines for people rather than JSON. */
  readonly pretty?: boolean
  /** `syslog`, `journald`. */
  readonly hooks?: readonly string[]
  /** Usually `process.stderr`. */
  readonly destination: LogDestination
  /** Takes the secrets out of each line. */
  readonly redact?: (line: string) => string
  /** The program's name in syslog. */
  readonly name?: string
  readonly syslogCommand?: readonly [string, ...string[]]
}

export interface OpenLogger {
  readonly log: Logger
  /** Delivers what syslog has not got yet. */
  close(): Promise<void>
}

/** A logger, and with the `syslog` hook a `logger` process that lives until `close()`. */
export function createLogger(options: CreateLoggerOptions): OpenLogger {
  const { hooks = [], redact, destination, level, name = 'rai', syslogCommand } = options
  const lines = formatter(options)
  const syslog = hooks.includes('syslog')
    ? openSyslog({ tag: name, onFailure: reportTo(destination), ...(syslogCommand && { command: syslogCommand }) })
    : undefined
  const settings: LoggerOptions = {
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    serializers: { err: describeError },
    hooks: { ...(redact && { streamWrite: redact }) },
  }
  const log = pino(settings, {
    write(line) {
      destination.write(lines(line))
      syslog?.write(priorityPrefix(line) + line)
    },
  })
  return { log, close: async () => syslog?.close() }
}

function formatter({ pretty, hooks = [] }: CreateLoggerOptions): (line: string) => string {
  const prefixed = hooks.includes('journald')
  const prettify = pretty && !prefixed ? prettyFactory({ colorize: true, ignore: 'hostname,pid' }) : undefined
  return (line) => (prettify ? prettify(line) : prefixed ? priorityPrefix(line) + line : line)
}

/** Not through the logger, which is what failed. */
function reportTo(destination: LogDestination): (problem: string) => void {
  return (problem) => {
    const msg = `syslog gets no lines, because the "logger" command failed: ${problem}`
    destination.write(`${JSON.stringify({ level: 40, time: new Date().toISOString(), msg })}\n`)
  }
}
