import type { Command } from 'commander'
import type { AwsPart } from '../../core/aws/access.ts'
import { loadConfig } from '../../core/config/load.ts'
import type { Config } from '../../core/config/schema.ts'
import { secretsIn } from '../../core/config/secrets.ts'
import { createLogger, type OpenLogger } from '../../core/logger/logger.ts'
import { createRedactor } from '../../core/secret/redact.ts'
import { type Deployment, openDeployment } from '../compose/deployment.ts'
import { startWatchdog } from '../compose/health-watchdog.ts'
import { listenForShutdown } from '../lifecycle.ts'
import { globalOptions } from './global-options.ts'
import type { CommandIo } from './io.ts'

export interface Started {
  readonly deployment: Deployment
  /** Aborts when the process is asked to leave. */
  readonly signal: AbortSignal
}

export interface StartOptions {
  readonly serveLinks: boolean
  /** Whose rights it has on Amazon's services. Default: of all parts. */
  readonly part?: AwsPart
  /** Least important lines on stderr, where neither the configuration nor `-d`/`-v` says otherwise. */
  readonly level?: string
}

/** Reads the configuration, opens everything, does the work, and closes everything whatever happens. */
export async function withDeployment(
  command: Command,
  io: CommandIo,
  options: StartOptions,
  work: (started: Started) => Promise<void>,
): Promise<void> {
  const { config: file, secret, ...talk } = globalOptions(command)
  const { config, notices } = await loadConfig({ env: io.env, home: io.home, cwd: io.cwd, file, secret })
  const logger = openLogger(config, io, levelOf(config, talk) ?? options.level ?? config.logger.level)
  for (const notice of notices) logger.log.warn(notice)
  await withOpened(config, logger, options, async (started) => {
    const watchdog = await startWatchdog({ env: io.env, log: logger.log })
    try {
      await work(started)
    } finally {
      await watchdog.close()
    }
  })
}

/** The same, for a configuration that is already there. */
export async function withOpened(
  config: Config,
  logger: OpenLogger,
  { serveLinks, part }: StartOptions,
  work: (started: Started) => Promise<void>,
): Promise<void> {
  const { log } = logger
  const shutdown = listenForShutdown(() => log.info('finishing what runs; Ctrl-C again leaves at once'))
  try {
    const { signal } = shutdown
    const deployment = await openDeployment({ config, log, signal, serveLinks, part })
    try {
      await work({ deployment, signal })
    } finally {
      await deployment.close()
    }
  } finally {
    shutdown.close()
    await logger.close()
  }
}

export function openLogger(config: Config, io: CommandIo, level: string): OpenLogger {
  const redactor = createRedactor(secretsIn(config))
  const { format, hooks } = config.logger
  return createLogger({
    level,
    pretty: format === 'pretty' || (format === 'auto' && io.stderr.isTTY === true),
    hooks,
    destination: io.stderr,
    redact: (line) => redactor.redact(line),
  })
}

interface Talk {
  readonly debug?: boolean | undefined
  readonly verbose?: boolean | undefined
}

function levelOf({ app }: Config, { debug = app.debug, verbose = app.verbose }: Talk): string | undefined {
  if (debug) return 'trace'
  return verbose ? 'debug' : undefined
}
