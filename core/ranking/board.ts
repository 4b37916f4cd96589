import type { RankingRule } from '../course/assignment.ts'
import { groupBy } from '../group-by.ts'
import type { Submission } from '../records/submission.ts'

/** A run as a board sees it. Nothing in it was printed by a student's program. */
export interface RankedRun {
  readonly submission: string
  /** Whose it is: `team:<name>`, or `person:<account>` where there is no team. */
  readonly owner: string
  readonly submittedAt: number
  readonly finishedAt: number
  /** Milliseconds, or points: what the rule's metric says. */
  readonly value: number
}

export interface BoardRow {
  /** Those with the same value share one, and the next rank is skipped. */
  readonly rank: number
  readonly owner: string
  readonly value: number
  readonly submission: string
  readonly submittedAt: number
  /** How many of their runs were good enough to be here. */
  readonly runs: number
}

/** Why a run is on no board, the first reason that holds. */
export type Unranked =
  | 'unfinished'
  | 'not-succeeded'
  | 'does-not-count'
  | 'not-graded'
  | 'not-passed'
  | 'low-score'
  | 'not-measured'

/**
 * What of a submission ranks, or `undefined` where nothing does.
 * @param account whose it is, where a member of staff ran it again.
 */
export function rankedRun(submission: Submission, rule: RankingRule, account: string): RankedRun | undefined {
  const { id, submittedAt, finishedAt, team } = submission
  const value = measuredValue(submission, rule)
  if (value === undefined || finishedAt === undefined || whyUnranked(submission, rule) !== undefined) return undefined
  const owner = team === undefined ? `person:${account}` : `team:${team}`
  return { submission: id, owner, submittedAt, finishedAt, value: rounded(value) }
}

/** `undefined` for a run that ranks: it ended well, counts, passed its grading, reached the least score, was measured. */
export function whyUnranked(submission: Submission, rule: RankingRule): Unranked | undefined {
  const { verdict, standing, staged, result, finishedAt } = submission
  if (finishedAt === undefined) return 'unfinished'
  if (verdict !== 'succeeded') return 'not-succeeded'
  if (standing?.counts !== true) return 'does-not-count'
  const grade = result?.grade
  if (grade === undefined && staged?.job.grading !== undefined) return 'not-graded'
  if (grade?.passed === false) return 'not-passed'
  const { validScore } = rule
  if (validScore !== undefined && !((grade?.score ?? Number.NEGATIVE_INFINITY) >= validScore)) return 'low-score'
  return measuredValue(submission, rule) === undefined ? 'not-measured' : undefined
}

function measuredValue({ result }: Submission, { metric }: RankingRule): number | undefined {
  const value = metric === 'time' ? result?.measured?.takenMs : result?.grade?.score
  return value !== undefined && Number.isFinite(value) ? value : undefined
}

/** Differences below a microsecond are nobody's merit. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000
}

/**
 * Everybody's place. Pure: the same runs give the same board, whatever their order.
 * @param asOf leaves out what ended later: the board as it was then.
 */
export function buildBoard(
  runs: readonly RankedRun[],
  rule: Pick<RankingRule, 'order' | 'of'>,
  asOf = Number.POSITIVE_INFINITY,
): BoardRow[] {
  const better = (a: RankedRun, b: RankedRun) =>
    (rule.order === 'ascending' ? a.value - b.value : b.value - a.value) || compareAge(a, b)
  const stands = rule.of === 'best' ? better : (a: RankedRun, b: RankedRun) => compareAge(b, a)
  const owners = groupBy(
    runs.filter(({ finishedAt }) => finishedAt <= asOf),
    ({ owner }) => owner,
  )
  const entries = [...owners.values()].flatMap((its) => {
    const [first] = its.toSorted(stands)
    return first === undefined ? [] : [{ ...first, runs: its.length }]
  })
  return withRanks(entries.toSorted(better))
}

/** Negative where `a` is the older: who reached a value first is listed first. Ids are unique, so no two tie. */
function compareAge(a: RankedRun, b: RankedRun): number {
  return a.submittedAt - b.submittedAt || a.finishedAt - b.finishedAt || (a.submission < b.submission ? -1 : 1)
}

function withRanks(entries: readonly (RankedRun & { readonly runs: number })[]): BoardRow[] {
  let rank = 0
  return entries.map(({ finishedAt: _, ...entry }, index) => {
    if (entry.value !== entries[index - 1]?.value) rank = index + 1
    return { ...entry, rank }
  })
}

/** Until when runs count for the board that students see now, or `undefined` where it shows all of them. */
export function frozenAsOf(
  rule: Pick<RankingRule, 'frozenAt'>,
  dueAt: number | undefined,
  now: number,
): number | undefined {
  const { frozenAt } = rule
  if (frozenAt === undefined || now < frozenAt) return undefined
  return dueAt !== undefined && now >= dueAt ? undefined : frozenAt
}
