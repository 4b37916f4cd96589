import type { Assignment, RankingRule } from '../course/assignment.ts'
import type { Records } from '../records/records.ts'
import type { Submission } from '../records/submission.ts'
import { type RankedRun, rankedRun } from './board.ts'

const pageSize = 500
/** Reruns of reruns that are followed to whose code it was. */
const mostSteps = 10

/** Every run of an assignment that ranks. Reads the records page by page and keeps a few numbers of each. */
export async function loadRankedRuns(
  records: Pick<Records, 'runList' | 'lookup'>,
  course: string,
  assignment: Assignment,
  rule: RankingRule,
): Promise<RankedRun[]> {
  const runs: RankedRun[] = []
  for await (const submission of allRuns(records, { course, assignment: assignment.name, verdict: 'succeeded' })) {
    const run = rankedRun(submission, rule, await authorOf(records, submission))
    if (run !== undefined) runs.push(run)
  }
  return runs
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
