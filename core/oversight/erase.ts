import type { Records } from '../records/records.ts'
import type { Store } from '../store/store.ts'
import { removeBefore } from './retention.ts'

export interface Erased {
  /** What stands for them from now on. */
  readonly username: string
  /** Runs whose code or results were deleted. */
  readonly runs: number
  /** What still runs, and is being ended; what it leaves needs another call. */
  readonly running: number
}

/**
 * Forgets one person: what they left in the store is deleted, and their records are those of somebody without a name.
 * Verdicts, times and the audit trail stay. Doing it again deletes what came since.
 */
export async function erasePerson(
  records: Records,
  store: Pick<Store, 'delete'>,
  account: string,
  by: string,
): Promise<Erased> {
  const username = await records.erasure.erase(account, by)
  const until = Number.MAX_SAFE_INTEGER
  const sources = await removeBefore({ records, store }, 'source', until, account)
  const results = await removeBefore({ records, store }, 'result', until, account)
  const running = await records.lookup.unfinished({ account }, 100)
  return { username, runs: Math.max(sources, results), running: running.length }
}
