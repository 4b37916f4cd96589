import { plainCard } from '../card.ts'
import { fieldsCard, listSubmissions, privately } from './answers.ts'
import type { Command } from './command.ts'
import { ownerOf, seatOf } from './seat.ts'

/** As in the original. */
const mostListed = 10

export const historyCommand: Command = {
  name: 'history',
  usage: '',
  summary: 'Your last submissions and your team’s',
  options: {},
  mostWords: 0,
  async run(call) {
    const seat = await seatOf(call)
    const last = await call.context.records.lookup.history(ownerOf(seat), mostListed)
    if (last.length === 0) {
      return privately(plainCard('Nothing submitted yet', ['Start with `/rai submit`.']))
    }
    return privately(
      fieldsCard(
        `Your last ${last.length === 1 ? 'submission' : `${last.length} submissions`}`,
        await listSubmissions(call.context, last),
      ),
    )
  },
}
