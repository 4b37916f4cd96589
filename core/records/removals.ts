import type { Database, Session } from './database.ts'
import { type Result, resultSchema } from './json.ts'
import { type Submission, toSubmission } from './submission.ts'

/** What of a submission the store no longer has: its code, or what its run left (build folder, log, report). */
export type RemovedKind = 'source' | 'result'

/** What retention has done. The records themselves stay. */
export interface Removals {
  /** Finished before that time, and not yet removed; oldest first. Only of one person where `account` is given. */
  due(kind: RemovedKind, finishedBefore: number, limit: number, account?: string): Promise<Submission[]>
  /** Notes that its objects are gone, and takes their keys out of the result, so that nobody gets a dead link. */
  done(submission: string, kind: RemovedKind): Promise<void>
}

export function createRemovals(database: Database): Removals {
  return {
    due: (kind, finishedBefore, limit, account) =>
      database.read((session) => due(session, { kind, finishedBefore, limit, account })),
    done: (submission, kind) => database.write((session) => done(database, session, submission, kind)),
  }
}

interface DueOptions {
  readonly kind: RemovedKind
  readonly finishedBefore: number
  readonly limit: number
  readonly account: string | undefined
}

async function due(session: Session, { kind, finishedBefore, limit, account }: DueOptions): Promise<Submission[]> {
  const all = session
    .selectFrom('submission')
    .selectAll('submission')
    .where('state', '=', 'finished')
    .where('finished_at', '<', finishedBefore)
    .where(kind === 'source' ? 'staged_json' : 'result_json', 'is not', null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('removed')
            .select('removed.kind')
            .whereRef('removed.submission', '=', 'submission.id')
            .where('removed.kind', '=', kind),
        ),
      ),
    )
  const query = account === undefined ? all : all.where('account', '=', account)
  return (await query.orderBy('finished_at').limit(limit).execute()).map(toSubmission)
}

async function done(database: Database, session: Session, submission: string, kind: RemovedKind): Promise<void> {
  await session
    .insertInto('removed')
    .values({ submission, kind, removed_at: database.now })
    .onConflict((conflict) => conflict.columns(['submission', 'kind']).doNothing())
    .execute()
  if (kind === 'source') return
  const row = await session
    .selectFrom('submission')
    .select('result_json')
    .where('id', '=', submission)
    .executeTakeFirst()
  if (row === undefined || row.result_json === null) return
  const result = withoutObjects(resultSchema.parse(JSON.parse(row.result_json)))
  await session
    .updateTable('submission')
    .set({ result_json: JSON.stringify(result) })
    .where('id', '=', submission)
    .execute()
}

function withoutObjects({ build: _build, log: _log, report: _report, ...result }: Result): Result {
  return result
}
