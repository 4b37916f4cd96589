import { randomBytes } from 'node:crypto'

/**
 * An id for a row that is read in the order it was written: it sorts behind those this process made before. Only a
 * tie-breaker behind the database's own clock, which says the same millisecond of two rows written at once.
 */
export function newRowId(): string {
  return process.hrtime.bigint().toString(16).padStart(16, '0') + randomBytes(8).toString('hex')
}
