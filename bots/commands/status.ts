import { plainCard } from '../card.ts'
import { liveCard } from '../render/cards.ts'
import { verdictCard } from '../render/verdict.ts'
import { fieldsCard, listSubmissions, privately } from './answers.ts'
import type { Command, CommandCall } from './command.ts'
import { nothingYet } from './refusals.ts'
import { ownerOf, type Seat, seatOf, targetOf } from './seat.ts'

const mostListed = 20

export const statusCommand: Command = {
  name: 'status',
  usage: '[id]',
  summary: 'Where your submissions are that have not ended, or everything about one',
  options: {},
  mostWords: 1,
  async run(call) {
    const seat = await seatOf(call)
    if (call.words.length > 0 || call.request.submission !== undefined) return oneOf(call, seat)
    const live = await call.context.records.lookup.unfinished(ownerOf(seat), mostListed)
    if (live.length === 0) {
      return privately(plainCard('Nothing waits and nothing runs', ['`/rai history` shows what has ended.']))
    }
    return privately(fieldsCard('Your submissions now', await listSubmissions(call.context, live)))
  },
}

async function oneOf(call: CommandCall, seat: Seat) {
  const { context } = call
  const submission = await targetOf(call, seat, async () => Promise.reject(nothingYet('submitted')))
  const turn =
    submission.state === 'queued' ? (await context.viewQueue(submission.queue)).turnOf(submission.id) : undefined
  const view = { submission, who: '', tail: [], now: context.now(), ...(turn === undefined ? {} : { turn }) }
  return privately(submission.state === 'finished' ? verdictCard(view) : liveCard(view))
}
