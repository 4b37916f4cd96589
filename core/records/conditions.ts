import { sql } from 'kysely'

/**
 * Conditions that indexes of what waits are made for, in the very words of those indexes: a database uses such an index
 * only where it can see beforehand that the condition is the same, so no value of these may be a parameter. `is true`
 * keeps SQLite from taking an index by state instead, and reading all that waits.
 */
export const isQueued = sql<boolean>`(state = 'queued') is true`
export const isQueuedAgain = sql<boolean>`(state = 'queued' and attempt > 0) is true`
