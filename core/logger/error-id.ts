import { randomInt } from 'node:crypto'
import type { Logger } from './logger.ts'

/** Letters and digits that nobody mistakes for each other, because people read ids out. */
const alphabet = '23456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Such as `E-7K3MQ2AH`. */
function errorId(): string {
  return `E-${Array.from({ length: 8 }, () => alphabet[randomInt(alphabet.length)]).join('')}`
}

/** Logs an error nobody expected, and returns the id to show to whoever met it. */
export function logged(log: Logger, error: unknown, doing = 'something failed that should not'): string {
  const id = errorId()
  log.error({ errorId: id, err: error }, doing)
  return id
}
