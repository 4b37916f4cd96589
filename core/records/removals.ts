import type { Database, Session } from './database.ts'
import { erasedAccounts } from './erasure.ts'
import { type Result, resultSchema } from './json.ts'
import { type Submission, toSubmission } from './submission.ts'

/** What of a submission the store no longer has: its code, or what its run left (build folder, log, report). */
export type RemovedKind = 'source' | 'result'

/** What retention has done. The records themselves stay. */
export interface Removals {
  /** Finished before that time, and not yet removed; oldest first. */
  due(kind: RemovedKind, finishedBefore: number, limit: number): Promise<Submission[]>
  /**
   * The same of people who were erased, whenever it finished: what they handed in, and whatever repeated it. What they
   * repeated of others is theirs.
   */
  dueOfErased(kind: RemovedKind, limit: number): Promise<Submission[]>
  /** Notes that its objects are gone, and takes their keys out of the result, so that nobody gets a dead link. */
  done(submission: string, kind: RemovedKind): Promise<void>
}

export function createRemovals(database: Database): Removals {
  return {
    due: (kind, finishedBefore, limit) =>
      database.read(async (session) => {
        const query = notYet(session, kind).where('finished_at', '<', finishedBefore)
        return (await query.orderBy('finished_at').limit(limit).execute()).map(toSubmission)
      }),
    dueOfErased: (kind, limit) =>
      database.read(async (session) => {
        const query = notYet(session, kind).where('id', 'in', ofErased(session))
        return (await query.orderBy('finished_at').limit(limit).execute()).map(toSubmission)
      }),
    done: (submission, kind) => database.write((session) => done(database, session, submission, kind)),
  }
}

function notYet(session: Session, kind: RemovedKind) {
  return session
    .selectFrom('submission')
    .selectAll('submission')
    .where('state', '=', 'finished')
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
}

function ofErased(session: Session) {
  return session
    .withRecursive('theirs', (with_) =>
      with_
        .selectFrom('submission')
        .select('submission.id')
        .where('submission.parent', 'is', null)
        .where('submission.account', 'in', erasedAccounts(session))
        .union(
          with_.selectFrom('submission').innerJoin('theirs', 'theirs.id', 'submission.parent').select('submission.id'),
        ),
    )
    .selectFrom('theirs')
    .select('theirs.id')
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

type Objects = 'build' | 'log' | 'report' | 'gradingLog'

function withoutObjects(result: Result): Omit<Result, Objects> {
  const { build: _build, log: _log, report: _report, gradingLog: _gradingLog, ...rest } = result
  return rest
}
