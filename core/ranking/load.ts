import type { Assignment, RankingRule } from '../course/assignment.ts'
import type { Course } from '../course/course.ts'
import { rightsOf, toRole } from '../directory/rights.ts'
import type { Records } from '../records/records.ts'
import type { Submission } from '../records/submission.ts'
import { type RankedRun, rankedRun } from './board.ts'

const pageSize = 500
/** Reruns of reruns that are followed to whose code it was. */
const mostSteps = 10

/**
 * Every run of an assignment that ranks; what staff try out themselves does not. Reads the records page by page and keeps a
 * few numbers of each.
 */
export async function loadRankedRuns(
  records: Pick<Records, 'runList' | 'lookup' | 'people'>,
  course: Course,
  assignment: Assignment,
  rule: RankingRule,
): Promise<RankedRun[]> {
  const runs: RankedRun[] = []
  const staff = new Map<string, boolean>()
  const filter = { course: course.name, assignment: assignment.name, verdict: 'succeeded' } as const
  for await (const submission of allRuns(records, filter)) {
    const author = await authorOf(records, submission)
    const run = rankedRun(submission, rule, author)
    if (run === undefined) continue
    const isStaff = staff.get(author) ?? (await isStaffOf(records, course, author))
    staff.set(author, isStaff)
    if (!isStaff) runs.push(run)
  }
  return runs
}

async function isStaffOf({ people }: Pick<Records, 'people'>, { name, rights }: Course, account: string) {
  const membership = (await people.memberships(account)).find(({ course }) => course === name)
  return membership !== undefined && rightsOf(toRole(membership.role), rights).staff
}

/** All runs that a filter finds, one after the other, in bounded memory. */
export async function* allRuns(
  { runList }: Pick<Records, 'runList'>,
  filter: Parameters<Records['runList']['page']>[0],
): AsyncGenerator<Submission> {
  let after: string | undefined
  for (;;) {
    const page = await runList.page(filter, pageSize, after)
    yield* page
    after = page.at(-1)?.id
    if (page.length < pageSize) return
  }
}

/** The account whose code it is: staff may have run it again. */
export async function authorOf({ lookup }: Pick<Records, 'lookup'>, submission: Submission): Promise<string> {
  let first = submission
  for (let step = 0; first.parent !== undefined && step < mostSteps; step += 1) {
    const parent = await lookup.byId(first.parent)
    if (parent === undefined) break
    first = parent
  }
  return first.account
}
