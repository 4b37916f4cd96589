import type { Records } from '../records/records.ts'
import type { Store } from '../store/store.ts'
import { removeErased } from './retention.ts'

export interface Erased {
  /** What stands for them from now on. */
  readonly username: string
  /** Runs whose code or results were deleted. */
  readonly runs: number
  /** What still runs, and is being ended. */
  readonly running: number
}

/**
 * Forgets one person: what they left in the store is deleted, and their records are those of somebody without a name.
 * Verdicts, times and the audit trail stay. What is still running is ended, and `runRetention` deletes what it leaves.
 */
export async function erasePerson(
  records: Records,
  store: Pick<Store, 'delete'>,
  account: string,
  by: string,
): Promise<Erased> {
  const username = await records.erasure.erase(account, by)
  const runs = await removeErased({ records, store })
  const running = await records.lookup.unfinished({ account }, 100)
  return { username, runs, running: running.length }
}
