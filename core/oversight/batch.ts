import type { Assignment } from '../course/assignment.ts'
import type { Course } from '../course/course.ts'
import type { Member } from '../directory/directory.ts'
import { groupBy } from '../group-by.ts'
import { buildBoard, rankedRun } from '../ranking/board.ts'
import { allRuns, authorOf } from '../ranking/load.ts'
import { type Batch, batchEvent } from '../records/batches.ts'
import type { Records } from '../records/records.ts'
import type { Submission } from '../records/submission.ts'
import { submit } from '../submission/submit.ts'
import { batchTooLarge, nothingToRunAgain } from './refusals.ts'

export interface BatchRequest {
  readonly member: Member
  readonly course: Course
  readonly assignment: Assignment
  /** Which of each team's counted runs: the last one, or the one that stands on the board. */
  readonly of: 'latest' | 'best'
  /** How often each is run. */
  readonly times: number
}

const mostRuns = 1_000

/**
 * Runs everybody's final once more, behind the students' own runs. Each keeps its time of submission and whether it
 * counts. Resolves once all of them are received; they have no thread. Rejects with a `Refusal`.
 */
export async function startBatch(records: Records, request: BatchRequest, now: number): Promise<Batch> {
  const { member, course, assignment, times } = request
  const finals = await finalsOf(records, request)
  if (finals.length === 0) throw nothingToRunAgain(assignment.name)
  const total = finals.length * times
  if (total > mostRuns) throw batchTooLarge(total, mostRuns)
  const batch = await records.batches.start({
    course: course.name,
    assignment: assignment.name,
    by: member.account.id,
    total,
  })
  for (let turn = 1; turn <= times; turn += 1) {
    for (const parent of finals) {
      if ((await records.batches.byId(batch.id))?.cancelledAt !== undefined) return batch
      await submit(records.intake, {
        ...{ member, course, parent, assignment: assignment.name, priority: 'batch', submittedAt: now },
        eventKey: batchEvent(batch.id, `${turn}:${parent.id}`),
        // Nobody renders this place, so that a batch does not fill a channel with threads.
        place: { platform: 'shell', workspace: 'batch', channel: batch.id },
        source: { kind: 'rerun', submission: parent.id },
      })
    }
  }
  return batch
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
