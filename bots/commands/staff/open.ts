import { objectsOf } from '../../../core/oversight/objects.ts'
import type { RemovedKind } from '../../../core/records/removals.ts'
import { findSubmission } from '../../../core/submission/actions.ts'
import { plainCard } from '../../card.ts'
import { plainLine } from '../../render/clean.ts'
import { clock, linksWork, shortId } from '../../wording.ts'
import { fieldsCard, privately } from '../answers.ts'
import { targetOf } from '../seat.ts'
import { noLongerKept, wrongWords } from './refusals.ts'
import type { StaffCall, StaffVerb } from './verb.ts'

export const sourceVerb = openingVerb('source', 'source', 'A private link to the code of anybody’s run')
export const resultVerb = openingVerb('result', 'result', 'Private links to what anybody’s run left, and to its log')

/** In a thread, of that thread's run. Signed on the spot, for whoever asked. */
function openingVerb(name: string, kind: RemovedKind, summary: string): StaffVerb {
  const usage = `${name} [id]`
  return {
    ...{ name, usage, summary, needs: 'staff' },
    async run(call) {
      const run = await targetOf(call, call.seat, () => Promise.reject(wrongWords(usage)))
      const { store, linkSeconds } = call.context
      const objects: { key: string; name: string }[] = []
      for (const object of objectsOf(run, kind)) if ((await store.stat(object.key)) !== undefined) objects.push(object)
      if (objects.length === 0) throw noLongerKept(run.id, name)
      const links = await Promise.all(
        objects.map(async (object) => ({
          ...object,
          ...(await store.link(object.key, {
            expiresInSeconds: linkSeconds,
            filename: `${shortId(run.id)}-${object.name}`,
          })),
        })),
      )
      const expiresAt = Math.min(...links.map((link) => link.expiresAt))
      const lines = links.map((link) => `${link.name}: ${link.url}`)
      return privately(plainCard(`The ${name} of ${shortId(run.id)}`, [...lines, linksWork(expiresAt)]))
    },
  }
}

const longestNote = 1_000

export const noteVerb: StaffVerb = {
  name: 'note',
  usage: 'note <id> <text>',
  summary: 'Write down something about a run that only staff see',
  needs: 'staff',
  async run(call) {
    const { context, seat } = call
    const [id, ...rest] = call.words
    const text = rest.join(' ').trim()
    if (id === undefined || text === '') throw wrongWords(noteVerb.usage)
    const run = await findSubmission(context.records, seat.member, id)
    const author = seat.member.account.id
    await context.records.remarks.write({
      submission: run.id,
      course: run.course,
      author,
      text: text.slice(0, longestNote),
    })
    return notesAnswer(call, run.id)
  },
}

export const notesVerb: StaffVerb = {
  name: 'notes',
  usage: 'notes [id]',
  summary: 'What staff wrote down about a run',
  needs: 'staff',
  async run(call) {
    const run = await targetOf(call, call.seat, () => Promise.reject(wrongWords(notesVerb.usage)))
    return notesAnswer(call, run.id)
  },
}

const mostNotes = 20

async function notesAnswer({ context }: StaffCall, id: string) {
  const notes = await context.records.remarks.ofSubmission(id, mostNotes)
  const fields = await Promise.all(
    notes.map(async ({ author, at, text }) => ({
      label: plainLine((await context.records.people.byId(author))?.username ?? 'somebody', 30),
      value: `${plainLine(text, 400)} · ${clock(at)}`,
    })),
  )
  const none = notes.length === 0 ? ['Nobody wrote anything.'] : []
  return privately(fieldsCard(`Notes on ${shortId(id)}, for staff only`, fields, none))
}
