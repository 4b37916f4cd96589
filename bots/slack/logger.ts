import { type Logger as BoltLogger, LogLevel } from '@slack/bolt'
import type { Logger } from '../../core/logger/logger.ts'

/**
 * Bolt's lines in our log, one level down: what it calls an error is usually a refusal that the caller handles. Its
 * debug lines hold whole payloads, so they never get through.
 */
export function boltLogger(logger: Logger): BoltLogger {
  const say = (parts: readonly unknown[]) => logger.debug({ from: 'bolt' }, parts.map(String).join(' ').slice(0, 500))
  const nothing = () => undefined
  return {
    debug: nothing,
    info: nothing,
    warn: (...parts) => say(parts),
    error: (...parts) => say(parts),
    setLevel: nothing,
    setName: nothing,
    getLevel: () => LogLevel.WARN,
  }
}
