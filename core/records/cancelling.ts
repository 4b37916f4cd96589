import type { Database, Session } from './database.ts'
import { bareResult } from './json.ts'
import { changed, noLease } from './leasing.ts'

export type CancelOutcome = 'cancelled' | 'cancelling' | 'already-finished'

export async function cancelRequests(session: Session, worker: string): Promise<string[]> {
  const rows = await session
    .selectFrom('submission')
    .select('id')
    .where('lease_owner', '=', worker)
    .where('state', '=', 'running')
    .where('cancel_requested_at', 'is not', null)
    .execute()
  return rows.map((row) => row.id)
}

export async function requestCancel(
  database: Database,
  session: Session,
  id: string,
  by: string,
): Promise<CancelOutcome | undefined> {
  const request = { cancel_requested_at: database.now, cancelled_by: by }
  const waiting = session
    .updateTable('submission')
    .set({
      ...request,
      ...noLease,
      state: 'finished',
      verdict: 'cancelled',
      finished_at: database.now,
      result_json: JSON.stringify(bareResult('Cancelled before it started.', 'cancelled')),
    })
    .where('id', '=', id)
    .where('state', 'in', ['received', 'staging', 'queued'])
  if (await changed(waiting)) return 'cancelled'
  const running = session
    .updateTable('submission')
    .set(request)
    .where('id', '=', id)
    .where('state', '=', 'running')
    .where('cancel_requested_at', 'is', null)
  if (await changed(running)) return 'cancelling'
  const row = await session.selectFrom('submission').select('state').where('id', '=', id).executeTakeFirst()
  if (row === undefined) return undefined
  return row.state === 'finished' ? 'already-finished' : 'cancelling'
}
