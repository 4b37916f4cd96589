import type { Assignment } from '../course/assignment.ts'
import type { Course } from '../course/course.ts'
import { termIsOver } from '../course/refusals.ts'
import type { Member } from '../directory/directory.ts'
import { groupBy } from '../group-by.ts'
import { buildBoard, rankedRun } from '../ranking/board.ts'
import { allRuns, authorOf } from '../ranking/load.ts'
import type { Batch, BatchRun } from '../records/batches.ts'
import type { Records } from '../records/records.ts'
import type { Submission } from '../records/submission.ts'
import { batchTooLarge, nothingToRunAgain } from './refusals.ts'

export interface BatchRequest {
  readonly member: Member
  readonly course: Course
  readonly assignment: Assignment
  /** Which of each team's counted runs: the last one, or the one that stands on the board. */
  readonly of: 'latest' | 'best'
  /** How often each is run. */
  readonly times: number
  /** The same event starts one batch, however often it comes. */
  readonly eventKey: string
}

const mostRuns = 1_000

/**
 * Runs everybody's final once more, behind the students' own runs. Each keeps its time of submission and whether it
 * counts. Resolves once all of them are received, in one transaction; they have no thread. Rejects with a `Refusal`.
 */
export async function startBatch(records: Records, request: BatchRequest): Promise<Batch> {
  const { member, course, assignment, times, eventKey } = request
  const finals = await finalsOf(records, request)
  if (finals.length === 0) throw nothingToRunAgain(assignment.name)
  const total = finals.length * times
  if (total > mostRuns) throw batchTooLarge(total, mostRuns)
  const by = member.account.id
  const runs = Array.from({ length: times }, () => finals.map((final) => runOf(final, by))).flat()
  const batch = { course: course.name, assignment: assignment.name, by, eventKey }
  return records.batches.start(batch, runs, () => termIsOver(course.title))
}

/** As `submit` repeats a run for staff. */
function runOf({ id, course, assignment, team, queue, submittedAt, standing }: Submission, account: string): BatchRun {
  return {
    ...{ account, course, queue, priority: 'batch', parent: id, submittedAt, standing, sourcePlace: 'any' },
    source: { kind: 'rerun', submission: id },
    ...(assignment === undefined ? {} : { assignment }),
    ...(team === undefined ? {} : { team }),
  }
}

/** One run for each team, or person without one. Runs that repeat others are left out: their first ones stand for them. */
async function finalsOf(records: Records, { course, assignment, of }: BatchRequest): Promise<Submission[]> {
  const counted: Submission[] = []
  for await (const run of allRuns(records, {
    course: course.name,
    assignment: assignment.name,
    verdict: 'succeeded',
  })) {
    if (run.parent === undefined && run.standing?.counts === true && run.staged !== undefined) counted.push(run)
  }
  const owners = groupBy(counted, ({ team, account }) => team ?? account)
  const picked = await Promise.all([...owners.values()].map((runs) => pick(records, runs, assignment, of)))
  return picked.filter((run) => run !== undefined)
}

async function pick(
  records: Records,
  runs: readonly Submission[],
  { ranking }: Assignment,
  of: BatchRequest['of'],
): Promise<Submission | undefined> {
  const latest = runs.toSorted((a, b) => a.submittedAt - b.submittedAt).at(-1)
  if (of === 'latest' || ranking === undefined) return latest
  const rule = { ...ranking, of: 'best' as const }
  const ranked = await Promise.all(runs.map(async (run) => rankedRun(run, rule, await authorOf(records, run))))
  const [best] = buildBoard(
    ranked.filter((run) => run !== undefined),
    rule,
  )
  return runs.find(({ id }) => id === best?.submission) ?? latest
}
