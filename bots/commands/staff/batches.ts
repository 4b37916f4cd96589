import { findAssignment } from '../../../core/course/admission.ts'
import { startBatch } from '../../../core/oversight/batch.ts'
import { noSuchBatch } from '../../../core/oversight/refusals.ts'
import type { Batch } from '../../../core/records/batches.ts'
import { plainCard } from '../../card.ts'
import { ago, count, shortId } from '../../wording.ts'
import { fieldsCard, privately } from '../answers.ts'
import { wrongWords } from './refusals.ts'
import type { StaffCall, StaffVerb } from './verb.ts'

const mostTimes = 20

export const rerunFinalsVerb: StaffVerb = {
  name: 'rerun-finals',
  usage: 'rerun-finals <assignment> [latest|best] [times]',
  summary: 'Run everybody’s final again, behind the students’ own runs',
  needs: 'staff',
  async run(call) {
    const { context, seat, words } = call
    const [name, ...rest] = words
    const of = rest.includes('best') ? 'best' : 'latest'
    const [times = '1', surplus] = rest.filter((word) => word !== 'best' && word !== 'latest')
    const assignment = name === undefined ? undefined : findAssignment(seat.course, name)
    if (assignment === undefined || surplus !== undefined || !/^\d{1,2}$/.test(times))
      throw wrongWords(rerunFinalsVerb.usage)
    if (Number(times) < 1 || Number(times) > mostTimes) throw wrongWords(rerunFinalsVerb.usage)
    const { eventKey } = call.request
    const batch = await startBatch(context.records, { ...seat, assignment, of, times: Number(times), eventKey })
    context.poke()
    const how = [`\`/rai staff batch ${shortId(batch.id)}\` says how far it is, and with \`cancel\` behind it ends it.`]
    return privately(
      plainCard(`${count(batch.total, 'run')} for ${assignment.title}: batch ${shortId(batch.id)}`, how, 'good'),
    )
  },
}

const listed = 10

export const batchVerb: StaffVerb = {
  name: 'batch',
  usage: 'batch [batch] [cancel]',
  summary: 'How far the batches are, or one of them; and to end it',
  needs: 'staff',
  async run(call) {
    const { context, seat, words } = call
    const [id, action, surplus] = words
    if (surplus !== undefined || (action !== undefined && action !== 'cancel')) throw wrongWords(batchVerb.usage)
    const all = await context.records.batches.ofCourse(seat.course.name, 100)
    if (id === undefined) {
      const fields = await Promise.all(all.slice(0, listed).map((batch) => fieldOf(call, batch)))
      return privately(fieldsCard('Batches', fields, fields.length === 0 ? ['There were none.'] : []))
    }
    const batch = all.find((one) => id.length >= 6 && one.id.startsWith(id.toLowerCase()))
    if (batch === undefined) throw noSuchBatch(id)
    if (action === 'cancel') {
      const ended = await context.records.batches.cancel(batch.id, seat.member.account.id)
      context.poke()
      return privately(
        plainCard(`Batch ${shortId(batch.id)} ends`, [
          `${count(ended, 'run')} of it ${ended === 1 ? 'is' : 'are'} cancelled.`,
        ]),
      )
    }
    return privately(fieldsCard(`Batch ${shortId(batch.id)}`, [await fieldOf(call, batch)]))
  },
}

async function fieldOf({ context }: StaffCall, batch: Batch) {
  const { finished, running, waiting, succeeded } = await context.records.batches.progress(batch.id)
  const state = batch.cancelledAt === undefined ? [] : ['cancelled']
  const how = [`${finished} of ${batch.total} ended (${succeeded} well)`, `${running} run`, `${waiting} wait`]
  return {
    label: shortId(batch.id),
    value: [batch.assignment, ...state, ...how, ago(context.now() - batch.at)].join(' · '),
  }
}
