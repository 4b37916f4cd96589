import { sql } from 'kysely'
import { eligible } from '../schedule/eligible.ts'
import { needsSchema } from '../vocabulary.ts'
import { isQueuedAgain } from './conditions.ts'
import type { Database, Session } from './database.ts'
import { workersOf } from './fleet.ts'

/** How long a worker leaves to others what it failed. After that it tries again itself. */
const stayBackMs = 60_000
const most = 500

interface Asking {
  readonly queue: string
  readonly worker: string
  readonly host: string
}

/**
 * Submissions that this worker leaves to another: lately it failed them, or its host did, and one that lives, serves
 * the queue, and has what they need has not. What broke here may work there.
 */
export async function leftToOthers(database: Database, session: Session, asking: Asking): Promise<string[]> {
  const failed = await failedLately(database, session, asking.queue)
  const own = failed.filter(({ worker, host }) => worker === asking.worker || host === asking.host)
  if (own.length === 0) return []
  const workers = await workersOf(database, session, asking.queue)
  return [...new Set(own.map(({ id }) => id))].filter((id) => {
    const failures = failed.filter((one) => one.id === id)
    const needs = needsSchema.parse(JSON.parse(failures[0]?.needs_json ?? '{}'))
    const able = workers.filter(({ capabilities }) => eligible(needs, capabilities))
    if (able.some(({ host }) => failures.every((one) => one.host !== host))) return true
    const self = failures.some(({ worker }) => worker === asking.worker)
    return self && able.some((other) => failures.every((one) => one.worker !== other.worker))
  })
}

function failedLately(database: Database, session: Session, queue: string) {
  return session
    .selectFrom('submission')
    .innerJoin('attempt', 'attempt.submission', 'submission.id')
    .select(['submission.id', 'submission.needs_json', 'attempt.worker', 'attempt.host'])
    .where('submission.queue', '=', queue)
    .where(isQueuedAgain)
    .where('attempt.outcome', 'in', ['retried', 'lease-lost'])
    .where('attempt.ended_at', '>', sql<number>`${database.now} - ${stayBackMs}`)
    .limit(most)
    .execute()
}
