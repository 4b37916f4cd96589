import { findAssignment } from '../../core/course/admission.ts'
import type { Assignment, RankingRule } from '../../core/course/assignment.ts'
import { type BoardRow, buildBoard, frozenAsOf } from '../../core/ranking/board.ts'
import { loadRankedRuns } from '../../core/ranking/load.ts'
import { pseudonymsOf } from '../../core/ranking/pseudonyms.ts'
import { teamTitle } from '../../core/records/team-rows.ts'
import type { AnswerFile } from '../answer-file.ts'
import { type BoardLine, boardPicture } from '../picture/board-picture.ts'
import { toPng } from '../picture/png.ts'
import { barChart } from '../render/bars.ts'
import { plainLine } from '../render/clean.ts'
import { valueText } from '../render/ranked-value.ts'
import { clock, count } from '../wording.ts'
import { fieldsCard, privately } from './answers.ts'
import type { Command, CommandCall } from './command.ts'
import { whyNotRanked } from './not-ranked.ts'
import { progressAnswer } from './progress.ts'
import { noRanking, noSuchRankingView } from './refusals.ts'
import { type Seat, seatOf } from './seat.ts'

export const rankingCommand: Command = {
  name: 'ranking',
  usage: '[assignment] [mine]',
  summary: 'The board of an assignment, or with “mine” your own results over your submissions',
  options: { assignment: 'which one' },
  mostWords: 2,
  async run(call) {
    const seat = await seatOf(call)
    const { assignment, rule, mine } = wantedOf(call, seat)
    if (mine) return progressAnswer(call, seat, assignment, rule)
    const board = await boardOf(call, seat, assignment, rule)
    const { title, subtitle, lines } = board
    const absent = !seat.member.rights.staff && !lines.some((line) => line.mine)
    const why = absent ? [await whyNotRanked(call, seat, assignment, rule)] : []
    if (lines.length === 0) return privately(fieldsCard(title, [], [subtitle, 'Nobody is on it yet.', ...why]))
    const shown = shortened(lines)
    const fields = shown.map((line) => ({ label: labelOf(line), value: `${line.shown} · ${line.note}` }))
    return {
      ...privately(fieldsCard(title, fields, [subtitle, ...leftOut(lines, shown), ...why])),
      file: await pictureOf(board, shown),
    }
  },
}

interface Wanted {
  readonly assignment: Assignment
  readonly rule: RankingRule
  readonly mine: boolean
}

/** The one that was named, or the only one of the course that has a board. */
function wantedOf({ words, options }: CommandCall, { course }: Seat): Wanted {
  const mine = words.at(-1)?.toLowerCase() === 'mine'
  const [name = options.assignment, surplus] = mine ? words.slice(0, -1) : words
  if (surplus !== undefined) throw noSuchRankingView(surplus)
  const ranked = (course.assignments ?? []).filter(({ ranking }) => ranking !== undefined)
  const assignment = name === undefined && ranked.length === 1 ? ranked[0] : name && findAssignment(course, name)
  if (assignment === undefined || assignment === '' || assignment.ranking === undefined) {
    throw noRanking(
      name,
      ranked.map((one) => one.name),
    )
  }
  return { assignment, rule: assignment.ranking, mine }
}

interface Board {
  readonly title: string
  readonly subtitle: string
  readonly lines: readonly BoardLine[]
}

async function boardOf(call: CommandCall, seat: Seat, assignment: Assignment, rule: RankingRule): Promise<Board> {
  const { context } = call
  const { course, member } = seat
  const staff = member.rights.staff
  const frozen = staff ? undefined : frozenAsOf(rule, assignment.dueAt, context.now())
  const runs = await loadRankedRuns(context.records, course, assignment, rule)
  const rows = buildBoard(runs, rule, frozen)
  const names = await namesOf(call, seat, assignment, rule, rows)
  const own = member.team === undefined ? `person:${member.account.id}` : `team:${member.team}`
  return {
    title: `${assignment.title}: ranking`,
    subtitle: subtitleOf(rule, frozen),
    lines: rows.map((row) => lineOf(row, rule, names.get(row.owner) ?? '?', row.owner === own)),
  }
}

function subtitleOf({ of, metric, order }: RankingRule, frozen: number | undefined): string {
  const what = `${of === 'best' ? 'Best' : 'Latest'} ${metric} of each, ${order === 'ascending' ? 'less' : 'more'} is better.`
  return frozen === undefined ? what : `${what} As it was on ${clock(frozen)}: frozen until the deadline.`
}

/** Staff see who it is behind the name that everybody sees. */
async function namesOf(
  { context }: CommandCall,
  { course, member }: Seat,
  assignment: Assignment,
  rule: RankingRule,
  rows: readonly BoardRow[],
): Promise<ReadonlyMap<string, string>> {
  const owners = rows.map(({ owner }) => owner)
  const hidden = rule.pseudonyms ? pseudonymsOf(owners, context.pseudonymKey(course.name, assignment.name)) : undefined
  if (hidden !== undefined && !member.rights.staff) return hidden
  const real = await Promise.all(owners.map((owner) => realName(context, owner)))
  return new Map(
    owners.map((owner, index) => {
      const alias = hidden?.get(owner)
      return [owner, `${real[index]}${alias === undefined ? '' : ` (${alias})`}`]
    }),
  )
}

async function realName({ records }: CommandCall['context'], owner: string): Promise<string> {
  const name = owner.slice(owner.indexOf(':') + 1)
  if (owner.startsWith('team:')) return plainLine(teamTitle(name), 40)
  return plainLine((await records.people.byId(name))?.username ?? 'somebody', 40)
}

function lineOf({ rank, value, runs }: BoardRow, { metric }: RankingRule, name: string, mine: boolean): BoardLine {
  return { rank, name, value, shown: valueText(metric, value), note: count(runs, 'run'), mine }
}

const mostShown = 20

/** The best, and the person's own line wherever it is. */
function shortened(lines: readonly BoardLine[]): BoardLine[] {
  return lines.filter(({ mine }, index) => index < mostShown || mine)
}

function leftOut(lines: readonly BoardLine[], shown: readonly BoardLine[]): string[] {
  return shown.length === lines.length
    ? []
    : [`${lines.length} are on it; these are the first${shown.some(({ mine }) => mine) ? ', and you' : ''}.`]
}

function labelOf({ rank, name, mine }: BoardLine): string {
  return `${rank}. ${name}${mine ? ' (you)' : ''}`
}

async function pictureOf(board: Board, lines: readonly BoardLine[]): Promise<AnswerFile> {
  return {
    name: 'ranking.png',
    data: await toPng(boardPicture({ ...board, lines })),
    text: barChart(lines.map((line) => ({ label: labelOf(line), value: line.value, shown: line.shown }))),
  }
}
