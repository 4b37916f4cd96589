import type { Course } from '../course/course.ts'
import { csvRow } from '../enrolment/csv-out.ts'
import { buildBoard } from '../ranking/board.ts'
import { allRuns, authorOf, loadRankedRuns } from '../ranking/load.ts'
import type { Records } from '../records/records.ts'
import type { Submission } from '../records/submission.ts'
import { teamTitle } from '../records/team-rows.ts'

const dayMs = 86_400_000

const columns = [
  ...['id', 'assignment', 'team', 'username', 'submitted', 'finished', 'state', 'verdict', 'counts', 'reason'],
  ...['late_days', 'late_tokens', 'run_seconds', 'measured_seconds', 'passed', 'score', 'rank', 'commit', 'sha256'],
  ...['image_digest', 'host', 'priority', 'repeats', 'team_key'],
]

/**
 * Every run of a course, or of one assignment, as a CSV table, row by row: verdicts, times, ranks, standing, late days.
 * Safe to open in a spreadsheet: what a student named it does not compute.
 */
export async function* exportCsv(
  records: Records,
  course: Course,
  assignment: string | undefined,
): AsyncGenerator<string> {
  yield csvRow(columns)
  const ranks = await ranksOf(records, course, assignment)
  const names = new Map<string, string>()
  const filter = { course: course.name, ...(assignment === undefined ? {} : { assignment }) }
  for await (const run of allRuns(records, filter)) {
    const author = await authorOf(records, run)
    const username = names.get(author) ?? (await records.people.byId(author))?.username ?? ''
    names.set(author, username)
    yield csvRow(cellsOf(run, username, ranks.get(run.id)))
  }
}

/** By the run that stands for its team, whatever students see now. */
async function ranksOf(records: Records, course: Course, only: string | undefined): Promise<Map<string, number>> {
  const ranks = new Map<string, number>()
  for (const assignment of course.assignments ?? []) {
    const rule = assignment.ranking
    if (rule === undefined || (only !== undefined && only !== assignment.name)) continue
    for (const row of buildBoard(await loadRankedRuns(records, course, assignment, rule), rule)) {
      ranks.set(row.submission, row.rank)
    }
  }
  return ranks
}

function cellsOf(run: Submission, username: string, rank: number | undefined): string[] {
  const { standing, result, staged } = run
  const { measured, grade } = result ?? {}
  return [
    ...[
      run.id,
      run.assignment,
      run.team === undefined ? undefined : teamTitle(run.team),
      username,
      time(run.submittedAt),
      time(run.finishedAt),
      run.state,
      run.verdict,
    ],
    ...[standing === undefined ? undefined : yes(standing.counts), standing?.reason],
    standing?.lateMs === undefined ? undefined : String(Math.ceil(standing.lateMs / dayMs)),
    text(standing?.lateTokens),
    ...[seconds(result?.durationMs), seconds(measured?.takenMs)],
    ...[grade === undefined ? undefined : yes(grade.passed), text(grade?.score), text(rank)],
    ...[staged?.commit, staged?.treeHash, result?.imageDigest, result?.host, run.priority, run.parent, run.team],
  ].map((cell) => cell ?? '')
}

const text = (value: number | undefined) => (value === undefined ? undefined : String(value))
const time = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString())
const seconds = (ms: number | undefined) => (ms === undefined ? undefined : (ms / 1000).toFixed(6))
const yes = (is: boolean) => (is ? 'yes' : 'no')
