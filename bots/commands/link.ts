import type { Submission } from '../../core/records/submission.ts'
import { plainCard } from '../card.ts'
import { linkLines } from '../render/verdict.ts'
import { shortId } from '../wording.ts'
import { privately } from './answers.ts'
import type { Command, CommandCall } from './command.ts'
import { notFinished, nothingKept, nothingYet } from './refusals.ts'
import { ownerOf, type Seat, seatOf, targetOf } from './seat.ts'

export const linkCommand: Command = {
  name: 'link',
  usage: '[id]',
  summary: 'Private links to what a submission left in /build and to its log',
  options: {},
  mostWords: 1,
  async run(call) {
    const seat = await seatOf(call)
    const submission = await targetOf(call, seat, () => newestFinished(call, seat))
    if (submission.state !== 'finished') throw notFinished(submission.id)
    const links = await call.context.links(submission)
    if (links.build === undefined && links.log === undefined) throw nothingKept(submission.id)
    return privately(plainCard(`What ${shortId(submission.id)} left`, linkLines(links), 'good'))
  },
}

const searched = 20

async function newestFinished({ context }: CommandCall, seat: Seat): Promise<Submission> {
  const last = await context.records.lookup.history(ownerOf(seat), searched)
  const finished = last.find(({ state }) => state === 'finished')
  if (finished === undefined) throw nothingYet('that has ended')
  return finished
}
