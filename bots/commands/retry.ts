import { revive } from '../../core/submission/dead-letters.ts'
import { noSuchSubmission } from '../../core/submission/refusals.ts'
import { plainCard } from '../card.ts'
import { shortId, sourceName } from '../wording.ts'
import { privately } from './answers.ts'
import type { Command } from './command.ts'
import { retryIsForStaff, whichThread } from './refusals.ts'
import { seatOf, targetOf } from './seat.ts'

export const retryCommand: Command = {
  name: 'retry',
  usage: '[id]',
  summary: 'Run again what failed through our fault, in its owner’s name (course staff)',
  options: {},
  mostWords: 1,
  async run(call) {
    const { records, poke } = call.context
    const seat = await seatOf(call)
    if (!seat.member.rights.staff) throw retryIsForStaff()
    const dead = await targetOf(call, seat, () => Promise.reject(whichThread('retry')))
    const revived = await revive(records, dead.id)
    // Its whole id was given, and messages have others.
    if (revived.kind === 'message') throw noSuchSubmission(dead.id)
    const { submission, repeated } = revived
    const detail = { again: submission.id }
    if (!repeated) {
      await records.audit.write({
        ...{ actor: seat.member.account.id, action: 'submission.retry' },
        ...{ subject: dead.id, detail },
      })
    }
    poke()
    const title = `${repeated ? 'Already running again' : 'Running again'}: ${sourceName(dead.source)}`
    return privately(
      plainCard(title, [`Its owner sees it in a thread of its own; its id is ${shortId(submission.id)}.`], 'good'),
    )
  },
}
