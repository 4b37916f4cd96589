import type { Assignment, RankingRule } from '../../core/course/assignment.ts'
import { rankedRun } from '../../core/ranking/board.ts'
import type { Submission } from '../../core/records/submission.ts'
import { chartPicture } from '../picture/chart-picture.ts'
import { toPng } from '../picture/png.ts'
import { barChart } from '../render/bars.ts'
import { valueText } from '../render/ranked-value.ts'
import { count, shortId } from '../wording.ts'
import { fieldsCard, privately } from './answers.ts'
import type { CommandCall } from './command.ts'
import type { Answer } from './request.ts'
import { ownerOf, type Seat } from './seat.ts'

/** Runs that are looked at, and that a chart of text has lines for. */
const searched = 200
const mostLines = 20

/** What somebody and their team reached over their submissions, oldest first. */
export async function progressAnswer(
  { context }: CommandCall,
  seat: Seat,
  assignment: Assignment,
  rule: RankingRule,
): Promise<Answer> {
  const mine = await context.records.lookup.history(ownerOf(seat), searched)
  const points = mine
    .filter((run) => run.assignment === assignment.name)
    .toReversed()
    .flatMap((run) => pointOf(run, rule))
  const title = `${assignment.title}: yours`
  if (points.length === 0) return privately(fieldsCard(title, [], ['None of your runs was measured yet.']))
  const last = points.slice(-mostLines)
  const chart = {
    title,
    subtitle: `${count(points.length, 'run')}; the orange line is the best so far.`,
    points,
    format: (value: number) => valueText(rule.metric, value),
    lessIsBetter: rule.order === 'ascending',
  }
  const text = barChart(
    last.map(({ id, value, counts }) => ({
      ...{ label: `${shortId(id)}${counts ? '' : ' (does not count)'}`, value, shown: chart.format(value) },
    })),
  )
  const fields = last.map(({ id, value, counts }) => ({
    label: shortId(id),
    value: `${chart.format(value)}${counts ? '' : ' · does not count'}`,
  }))
  return {
    ...privately(fieldsCard(title, fields)),
    file: { name: 'progress.png', data: await toPng(chartPicture(chart)), text },
  }
}

function pointOf(run: Submission, rule: RankingRule) {
  const value = rule.metric === 'time' ? run.result?.measured?.takenMs : run.result?.grade?.score
  if (value === undefined) return []
  return [{ id: run.id, value, counts: rankedRun(run, rule, run.account) !== undefined }]
}
