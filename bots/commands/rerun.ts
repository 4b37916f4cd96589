import { courseFor } from '../../core/course/for-assignment.ts'
import type { Submission } from '../../core/records/submission.ts'
import { notStaged } from '../../core/submission/refusals.ts'
import { submit } from '../../core/submission/submit.ts'
import { privately } from './answers.ts'
import type { Command, CommandCall } from './command.ts'
import { nothingYet } from './refusals.ts'
import { ownerOf, type Seat, seatOf, targetOf } from './seat.ts'
import { optional, receivedCard, threadPlace } from './submit.ts'

export const rerunCommand: Command = {
  name: 'rerun',
  usage: '[id]',
  summary: 'Run the same code once more: your newest submission, or the one you name',
  options: {},
  mostWords: 1,
  async run(call) {
    const { context, request } = call
    const seat = await seatOf(call)
    const parent = await targetOf(call, seat, () => newest(call, seat))
    if (parent.staged === undefined) throw notStaged(parent.id)
    const course = courseFor(seat.course, parent.assignment)
    const { submission, repeated } = await submit(context.records.intake, {
      eventKey: request.eventKey,
      submittedAt: request.submittedAt,
      place: threadPlace({ course }, call),
      ...seat,
      parent,
      source: { kind: 'rerun', submission: parent.id },
      ...optional('assignment', parent.assignment),
    })
    context.poke()
    return privately(receivedCard({ course }, submission, repeated))
  },
}

async function newest({ context }: CommandCall, seat: Seat): Promise<Submission> {
  const [last] = await context.records.lookup.history(ownerOf(seat), 1)
  if (last === undefined) throw nothingYet('submitted')
  return last
}
