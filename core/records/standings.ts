import type { Standing } from '../course/assignment.ts'
import { type AdmissionFacts, type Applicant, admissionFacts } from './admission-facts.ts'
import type { Database, Session } from './database.ts'
import { note } from './enrolment-audit.ts'
import { type Extension, listExtensions, type NewExtension, putExtension } from './extensions.ts'
import { standingSchema } from './json.ts'

/** What counts, and what staff decide about it afterwards. Every method is one transaction, and audited. */
export interface Standings {
  /** What admission would be decided on now. */
  facts(applicant: Applicant): Promise<AdmissionFacts>
  /**
   * Lets a submission count although it came late or lacks something. `by` is the account of the member of staff.
   * `undefined` when there is no such submission, or it is for no assignment that the course knows.
   */
  acceptLate(submission: string, by: string, reason: string): Promise<Standing | undefined>
  /**
   * A later deadline for one person or team. What they had submitted too late, and before the new deadline, counts from
   * now on and costs no late tokens. Returns how many submissions that were.
   */
  extend(extension: NewExtension): Promise<number>
  /** Newest first, at most 1,000. */
  extensions(course: string): Promise<Extension[]>
}

export function createStandings(database: Database): Standings {
  return {
    facts: (applicant) => database.read((session) => admissionFacts(database, session, applicant)),
    acceptLate: (submission, by, reason) =>
      database.write((session) => accept(database, session, { submission, by, reason: reason.slice(0, 500) })),
    extend: (extension) =>
      database.write(async (session) => {
        await putExtension(database, session, extension)
        return judgeAgain(session, extension)
      }),
    extensions: (course) => database.read((session) => listExtensions(session, course)),
  }
}

interface Acceptance {
  readonly submission: string
  readonly by: string
  readonly reason: string
}

async function accept(database: Database, session: Session, { submission, by, reason }: Acceptance) {
  const row = await session
    .selectFrom('submission')
    .select('standing_json')
    .where('id', '=', submission)
    .executeTakeFirst()
  if (row === undefined || row.standing_json === null) return undefined
  const { because: _because, ...before } = standingSchema.parse(JSON.parse(row.standing_json))
  const standing: Standing = {
    ...before,
    counts: true,
    acceptedBy: by,
    reason: `The course staff accepted it: ${reason}`,
  }
  await putStanding(session, submission, standing)
  await note(database, session, [{ actor: by, action: 'submission.accept', subject: submission, detail: { reason } }])
  return standing
}

/** More than anybody submits for one assignment. */
const mostJudged = 5000

async function judgeAgain(
  session: Session,
  { course, assignment, party, untilAt, reason }: NewExtension,
): Promise<number> {
  const query = session
    .selectFrom('submission')
    .select(['id', 'standing_json'])
    .where('course', '=', course)
    .where('assignment', '=', assignment)
    .where('submitted_at', '<=', untilAt)
    .where('standing_json', 'is not', null)
    .limit(mostJudged)
  const rows = await ('team' in party
    ? query.where('team', '=', party.team)
    : query.where('account', '=', party.account)
  ).execute()
  let judged = 0
  for (const { id, standing_json } of rows) {
    const standing = standingSchema.parse(JSON.parse(standing_json ?? ''))
    const late = standing.lateMs !== undefined && standing.acceptedBy === undefined
    if (!late || (!standing.counts && standing.because !== 'late')) continue
    await putStanding(session, id, { counts: true, reason: `The deadline was moved for you: ${reason.slice(0, 500)}` })
    judged += 1
  }
  return judged
}

async function putStanding(session: Session, id: string, standing: Standing): Promise<void> {
  await session
    .updateTable('submission')
    .set({ standing_json: JSON.stringify(standing) })
    .where('id', '=', id)
    .execute()
}
