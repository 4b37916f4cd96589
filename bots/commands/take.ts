import { release, takeOver } from '../../core/submission/takeover.ts'
import { plainCard } from '../card.ts'
import { shortId, sourceName } from '../wording.ts'
import { privately } from './answers.ts'
import type { Command, CommandCall } from './command.ts'
import { whichThread } from './refusals.ts'
import { seatOf, targetOf } from './seat.ts'

export const takeCommand: Command = {
  name: 'take',
  usage: '[id]',
  summary: 'Look after a thread, so that others see who helps (course staff)',
  options: {},
  mostWords: 1,
  async run(call) {
    const { member, submission } = await threadOf(call)
    await takeOver(call.context.records, member, submission)
    call.context.poke()
    const what = `You look after ${sourceName(submission.source)} (${shortId(submission.id)})`
    return privately(plainCard(what, ['Its first message says so. `/rai release` gives it back.'], 'good'))
  },
}

export const releaseCommand: Command = {
  name: 'release',
  usage: '[id]',
  summary: 'Give a thread back that somebody looks after (course staff)',
  options: {},
  mostWords: 1,
  async run(call) {
    const { member, submission } = await threadOf(call)
    await release(call.context.records, member, submission)
    call.context.poke()
    return privately(plainCard(`Nobody looks after ${shortId(submission.id)} any more`))
  },
}

/** Nobody means their own newest one by this. */
async function threadOf(call: CommandCall) {
  const seat = await seatOf(call)
  const submission = await targetOf(call, seat, () => Promise.reject(whichThread(call.request.words[0] ?? 'take')))
  return { member: seat.member, submission }
}
