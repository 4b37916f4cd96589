import type { Submission } from '../../core/records/submission.ts'
import { findSubmission } from '../../core/submission/actions.ts'
import { compareRuns } from '../../core/submission/differences.ts'
import { changeFields, sameLine } from '../render/changes.ts'
import { shortId } from '../wording.ts'
import { fieldsCard, privately } from './answers.ts'
import type { Command, CommandCall } from './command.ts'
import { nothingToCompare, nothingYet } from './refusals.ts'
import { ownerOf, type Seat, seatOf, targetOf } from './seat.ts'

export const compareCommand: Command = {
  name: 'compare',
  usage: '[id] [other]',
  summary: 'What is different between two runs: code, build file, image, limits, verdict, times',
  options: {},
  mostWords: 2,
  async run(call) {
    const seat = await seatOf(call)
    const { before, after } = await pairOf(call, seat)
    const comparison = compareRuns(before, after)
    const same = sameLine(comparison)
    return privately(
      fieldsCard(
        `${shortId(before.id)} → ${shortId(after.id)}`,
        changeFields(comparison),
        same === undefined ? [] : [same],
      ),
    )
  },
}

interface Pair {
  readonly before: Submission
  readonly after: Submission
}

/** The older one first. One id is compared with what it repeats, or else with the person's run before it. */
async function pairOf(call: CommandCall, seat: Seat): Promise<Pair> {
  const after = await targetOf(call, seat, () => newest(call, seat))
  const [, other] = call.words
  const before =
    other === undefined
      ? await predecessorOf(call, seat, after)
      : await findSubmission(call.context.records, seat.member, other)
  return before.receivedAt <= after.receivedAt ? { before, after } : { before: after, after: before }
}

const searched = 50

async function newest({ context }: CommandCall, seat: Seat): Promise<Submission> {
  const last = await context.records.lookup.history(ownerOf(seat), searched)
  const finished = last.find(({ state }) => state === 'finished')
  if (finished === undefined) throw nothingYet('that has ended')
  return finished
}

async function predecessorOf({ context }: CommandCall, seat: Seat, after: Submission): Promise<Submission> {
  const { lookup } = context.records
  const parent = after.parent === undefined ? undefined : await lookup.byId(after.parent)
  if (parent !== undefined && parent.course === seat.course.name) return parent
  const owner = { account: after.account, course: after.course }
  const runs = await lookup.history(after.team === undefined ? owner : { ...owner, team: after.team }, searched)
  const before = runs.find(
    (run) => run.receivedAt < after.receivedAt && run.assignment === after.assignment && run.state === 'finished',
  )
  if (before === undefined) throw nothingToCompare(after.id)
  return before
}
