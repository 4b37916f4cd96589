import { cancel, newestUnfinished } from '../../core/submission/actions.ts'
import { plainCard } from '../card.ts'
import { shortId, sourceName } from '../wording.ts'
import { privately } from './answers.ts'
import type { Command } from './command.ts'
import { seatOf, targetOf } from './seat.ts'

export const cancelCommand: Command = {
  name: 'cancel',
  usage: '[id]',
  summary: 'Stop a submission: your newest one, or the one you name',
  options: {},
  mostWords: 1,
  async run(call) {
    const { records, poke } = call.context
    const seat = await seatOf(call)
    const submission = await targetOf(call, seat, () => newestUnfinished(records, seat.member))
    const outcome = await cancel(records, seat.member, submission)
    poke()
    const what = `${sourceName(submission.source)} (${shortId(submission.id)})`
    const text =
      outcome === 'cancelled'
        ? 'It had not started yet.'
        : 'It is stopped within seconds; what it printed so far stays.'
    return privately(plainCard(`${outcome === 'cancelled' ? 'Cancelled' : 'Cancelling'}: ${what}`, [text]))
  },
}
