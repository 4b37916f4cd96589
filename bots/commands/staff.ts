import { requireOversight } from '../../core/oversight/permission.ts'
import { plainLine } from '../render/clean.ts'
import { fieldsCard, privately } from './answers.ts'
import type { Command } from './command.ts'
import { seatOf } from './seat.ts'
import { archiveVerb, deleteVerb, exportVerb, retentionVerb } from './staff/administer.ts'
import { batchVerb, rerunFinalsVerb } from './staff/batches.ts'
import { acceptVerb, extendVerb } from './staff/decide.ts'
import { errorsVerb, runsVerb } from './staff/look.ts'
import { notesVerb, noteVerb, resultVerb, sourceVerb } from './staff/open.ts'
import { unknownVerb } from './staff/refusals.ts'
import type { StaffVerb } from './staff/verb.ts'

const verbs: readonly StaffVerb[] = [
  ...[runsVerb, errorsVerb, sourceVerb, resultVerb, noteVerb, notesVerb, acceptVerb, extendVerb],
  ...[rerunFinalsVerb, batchVerb, exportVerb, archiveVerb, retentionVerb, deleteVerb],
]

export const staffVerbs: readonly string[] = verbs.map(({ name }) => name)

/** A reason may have as many words as it likes. */
const mostWords = 200

export const staffCommand: Command = {
  name: 'staff',
  usage: '[what] …',
  summary: 'What only the course staff do; without a word, a list of it',
  options: {
    assignment: 'only of this assignment',
    state: 'only in this state: received, staging, queued, running, finished',
    verdict: 'only with this verdict',
  },
  mostWords,
  async run(call) {
    const seat = await seatOf(call)
    requireOversight(seat.member, 'staff')
    const [name, ...words] = call.words
    if (name === undefined) {
      const fields = verbs.map((verb) => ({ label: `/rai staff ${verb.usage}`, value: verb.summary }))
      return privately(fieldsCard('For the course staff', fields))
    }
    const verb = verbs.find((one) => one.name === name.toLowerCase())
    if (verb === undefined) throw unknownVerb(name, staffVerbs)
    requireOversight(seat.member, verb.needs)
    const answer = await verb.run({ ...call, words, seat })
    await call.context.records.audit.write({
      actor: seat.member.account.id,
      action: `staff.${verb.name}`,
      subject: seat.course.name,
      detail: { words: plainLine(words.join(' '), 300), ...call.options },
    })
    return answer
  },
}
