import { type Selectable, type SelectQueryBuilder, sql } from 'kysely'
import type { SubmissionState, Verdict } from '../vocabulary.ts'
import type { Database, Session } from './database.ts'
import { type Submission, toSubmission } from './submission.ts'
import type { SubmissionTable, Tables } from './tables.ts'

/** Which runs of a course. Everything that is given must hold. */
export interface RunFilter {
  readonly course: string
  readonly assignment?: string
  readonly state?: SubmissionState
  readonly verdict?: Verdict
  readonly team?: string
  /** Only runs of nobody's team. */
  readonly withoutTeam?: boolean
  /** An account's id. */
  readonly account?: string
  /** Milliseconds since the epoch. */
  readonly receivedAfter?: number
  readonly finishedBefore?: number
  /** Only those that somebody should look at: see `RunList.newest`. */
  readonly troubled?: boolean
}

export interface RunCount {
  readonly state: SubmissionState
  readonly verdict?: Verdict
  readonly count: number
}

/** Every run of a course, for its staff. Reading, never changing. */
export interface RunList {
  /**
   * Newest first, after those that somebody should look at: whose worker or stager went silent, that have waited for
   * more than an hour, or that failed through our fault in the last seven days.
   */
  newest(filter: RunFilter, limit: number): Promise<Submission[]>
  /** A page of all of them, in the order of their ids; `after` is the last id of the page before. */
  page(filter: RunFilter, limit: number, after?: string): Promise<Submission[]>
  counts(filter: RunFilter): Promise<RunCount[]>
}

type Query = SelectQueryBuilder<Tables, 'submission', Selectable<SubmissionTable>>

export function createRunList(database: Database): RunList {
  const list = (narrow: (query: Query) => Query) =>
    database.read(async (session) => {
      const rows = await narrow(session.selectFrom('submission').selectAll('submission')).execute()
      return rows.map(toSubmission)
    })
  return {
    newest: (filter, limit) =>
      list((query) =>
        matching(database, query, filter)
          .orderBy(sql`case when ${troubled(database)} then 0 else 1 end`)
          .orderBy('received_at', 'desc')
          .orderBy('id')
          .limit(limit),
      ),
    page: (filter, limit, after = '') =>
      list((query) => matching(database, query, filter).where('id', '>', after).orderBy('id').limit(limit)),
    counts: (filter) => database.read((session) => counts(database, session, filter)),
  }
}

const longWaitMs = 3_600_000
const recentMs = 7 * 24 * 3_600_000

function troubled({ now }: Database) {
  return sql<boolean>`(
    (state in ('staging', 'running') and lease_until < ${now})
    or (state in ('received', 'queued') and coalesce(queued_at, received_at) < ${now} - ${longWaitMs})
    or (verdict = 'system-error' and finished_at > ${now} - ${recentMs})
  )`
}

function matching<O>(
  database: Database,
  query: SelectQueryBuilder<Tables, 'submission', O>,
  filter: RunFilter,
): SelectQueryBuilder<Tables, 'submission', O> {
  const { assignment, state, verdict, team, account, receivedAfter, finishedBefore } = filter
  let narrowed = query.where('course', '=', filter.course)
  if (assignment !== undefined) narrowed = narrowed.where('assignment', '=', assignment)
  if (state !== undefined) narrowed = narrowed.where('state', '=', state)
  if (verdict !== undefined) narrowed = narrowed.where('verdict', '=', verdict)
  if (team !== undefined) narrowed = narrowed.where('team', '=', team)
  if (filter.withoutTeam === true) narrowed = narrowed.where('team', 'is', null)
  if (account !== undefined) narrowed = narrowed.where('account', '=', account)
  if (receivedAfter !== undefined) narrowed = narrowed.where('received_at', '>', receivedAfter)
  if (finishedBefore !== undefined) narrowed = narrowed.where('finished_at', '<', finishedBefore)
  return filter.troubled === true ? narrowed.where(troubled(database)) : narrowed
}

async function counts(database: Database, session: Session, filter: RunFilter): Promise<RunCount[]> {
  const query = session
    .selectFrom('submission')
    .select(['state', 'verdict'])
    .select((build) => build.fn.countAll<number>().as('count'))
    .groupBy(['state', 'verdict'])
  const rows = await matching(database, query, filter).execute()
  return rows.map(({ state, verdict, count }) => ({
    state,
    count: Number(count),
    ...(verdict === null ? {} : { verdict }),
  }))
}
