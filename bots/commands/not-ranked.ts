import type { Assignment, RankingRule } from '../../core/course/assignment.ts'
import { type Unranked, whyUnranked } from '../../core/ranking/board.ts'
import type { Submission } from '../../core/records/submission.ts'
import { shortId } from '../wording.ts'
import type { CommandCall } from './command.ts'
import { ownerOf, type Seat } from './seat.ts'

const searched = 200

/** One sentence for somebody who is not on a board: what their newest run for it lacks. */
export async function whyNotRanked(
  { context }: CommandCall,
  seat: Seat,
  { name }: Assignment,
  rule: RankingRule,
): Promise<string> {
  const mine = await context.records.lookup.history(ownerOf(seat), searched)
  const runs = mine.filter((run) => run.assignment === name)
  // A repetition never counts for whoever asked for it, so it says little.
  const newest = runs.find((run) => run.parent === undefined) ?? runs[0]
  if (newest === undefined) return `You are not on it: you have submitted nothing for ${name}.`
  if (runs.some((run) => whyUnranked(run, rule) === undefined)) {
    return 'You are not on it yet: what you have ended after it was frozen.'
  }
  const why = whyUnranked(newest, rule)
  return `You are not on it: your newest run, ${shortId(newest.id)}, ${why === undefined ? '' : sentences[why](newest, rule)}`
}

const sentences: Readonly<Record<Unranked, (run: Submission, rule: RankingRule) => string>> = {
  unfinished: () => 'has not ended.',
  'not-succeeded': () => 'did not succeed.',
  'does-not-count': ({ standing }) => `does not count. ${standing?.reason ?? ''}`.trimEnd(),
  'not-graded': () => 'was not graded.',
  'not-passed': ({ result }) => `did not pass its grading. ${result?.grade?.message ?? ''}`.trimEnd(),
  'low-score': ({ result }, { validScore }) =>
    result?.grade?.score === undefined
      ? `has no score, and ${validScore} is the least.`
      : `has a score of ${result.grade.score}, and ${validScore} is the least.`,
  'not-measured': (_, { metric }) => (metric === 'time' ? 'was not timed.' : 'has no score.'),
}
