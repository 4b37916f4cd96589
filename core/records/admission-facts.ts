import { sql } from 'kysely'
import type { Standing } from '../course/assignment.ts'
import type { Verdict } from '../vocabulary.ts'
import type { Database, Session } from './database.ts'
import { extendedTo } from './extensions.ts'
import { standingSchema } from './json.ts'
import { wasSuperseded } from './superseding.ts'
import { archivedTerm } from './terms.ts'

/** An earlier submission of the person or their team for an assignment of the course. */
export interface PastSubmission {
  readonly id: string
  readonly account: string
  readonly assignment: string
  readonly team?: string
  readonly submittedAt: number
  readonly standing?: Standing
}

/** What admission is decided on, read in the same transaction. */
export interface AdmissionFacts {
  /** The person's submissions that have not started. */
  readonly waiting: number
  /**
   * How long ago the person's last submission was received, in milliseconds; without what failed through our fault, and
   * what a newer one took the place of.
   */
  readonly sinceLastMs?: number
  /**
   * What was submitted for assignments of the course, oldest first; without repetitions, what was refused, what failed
   * through our fault, and what a newer one took the place of. Read only for a submission that names an assignment.
   */
  readonly past: readonly PastSubmission[]
  /** The deadline that staff gave the person or their team. */
  readonly extendedTo?: number
  /** The staff ended the course's term: it takes nothing more. */
  readonly termOver: boolean
}

/** Who submits what for which assignment. */
export interface Applicant {
  readonly course: string
  readonly account: string
  readonly assignment?: string
  readonly team?: string
}

export async function admissionFacts(
  database: Database,
  session: Session,
  applicant: Applicant,
): Promise<AdmissionFacts> {
  const { assignment } = applicant
  const load = {
    ...(await loadOf(database, session, applicant.account)),
    termOver: (await archivedTerm(session, applicant.course)) !== undefined,
  }
  if (assignment === undefined) return { ...load, past: [] }
  const until = await extendedTo(session, { ...applicant, assignment })
  return { ...load, past: await pastOf(session, applicant), ...(until === undefined ? {} : { extendedTo: until }) }
}

async function loadOf(database: Database, session: Session, account: string) {
  const waiting = await session
    .selectFrom('submission')
    .select((build) => build.fn.countAll<number>().as('count'))
    .where('account', '=', account)
    .where('state', 'in', ['received', 'staging', 'queued'])
    .executeTakeFirstOrThrow()
  const last = await session
    .selectFrom('submission')
    .select(sql<number>`${database.now} - received_at`.as('agoMs'))
    .where('account', '=', account)
    .where(costsSomething(['system-error']))
    .orderBy('received_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return { waiting: Number(waiting.count), ...(last === undefined ? {} : { sinceLastMs: last.agoMs }) }
}

/** What has no verdict yet, or one that is none of the `free`. */
function costsSomething(free: readonly Verdict[]) {
  return sql<boolean>`(verdict is null or (verdict not in (${sql.join(free)}) and not ${wasSuperseded}))`
}

/** More than anybody submits in a term. */
const mostPast = 20_000

/** See `AdmissionFacts.past`. */
async function pastOf(session: Session, { course, account, team }: Applicant): Promise<PastSubmission[]> {
  const rows = await session
    .selectFrom('submission')
    .select(['id', 'account', 'team', 'assignment', 'submitted_at', 'standing_json'])
    .where('course', '=', course)
    .where('assignment', 'is not', null)
    .where('parent', 'is', null)
    .where(costsSomething(['refused', 'system-error']))
    .where((row) =>
      team === undefined
        ? row('account', '=', account)
        : row.or([row('account', '=', account), row('team', '=', team)]),
    )
    .orderBy('submitted_at')
    .orderBy('id')
    .limit(mostPast)
    .execute()
  return rows.map((row) => ({
    ...{ id: row.id, account: row.account, assignment: row.assignment ?? '', submittedAt: row.submitted_at },
    ...(row.team === null ? {} : { team: row.team }),
    ...(row.standing_json === null ? {} : { standing: standingSchema.parse(JSON.parse(row.standing_json)) }),
  }))
}
