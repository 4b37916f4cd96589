import { z } from 'zod'
import type { Card } from '../card.ts'
import { coursesToAsk, openAssignments } from '../course-menu.ts'
import { type Block, section, titleOf } from './blocks.ts'
import type { Desk } from './desk.ts'
import { chosen, entered, type FilledForm, handedIn } from './events.ts'
import { attachmentsOf } from './files.ts'
import type { Filled } from './forms.ts'
import { prose } from './text.ts'
import { fileField, menuField, modal, plain, textField } from './views.ts'

/** What the form remembers of where it was opened. */
const memory = z.object({ channel: z.string() })
type Memory = z.infer<typeof memory>

/** What a form offers, where it was opened. */
export interface Offer {
  /** To choose one from; empty where there is nothing to ask. */
  readonly courses: readonly { readonly name: string; readonly title: string }[]
  readonly assignments: readonly string[]
}

export function offerAt({ context, workspace }: Desk, { channel }: Memory): Offer {
  const place = {
    platform: 'slack',
    workspace,
    channel: channel.startsWith('D') || channel === '' ? '@' : channel,
  } as const
  return {
    courses: coursesToAsk(context.courses, place),
    assignments: openAssignments(context.courses, place, context.now()),
  }
}

const fields = {
  source: 'source',
  archive: 'archive',
  ref: 'ref',
  assignment: 'assignment',
  course: 'course',
} as const

interface Entered {
  readonly source?: string | undefined
  readonly ref?: string | undefined
  readonly assignment?: string | undefined
  readonly course?: string | undefined
}

/** What `/rai submit` without more asks for. */
export function submitView(where: Memory, offer: Offer, before: Entered = {}, problem?: Card) {
  const complaint: Block[] =
    problem === undefined
      ? []
      : [section([titleOf(problem, 1_000), ...problem.text.slice(0, 3).map((text) => prose(text, 600))].join('\n'))]
  const menu = offer.courses.map(({ name, title }) => ({ value: name, label: title }))
  const open = offer.assignments.slice(0, 10).join(', ')
  const blocks = [
    ...complaint,
    ...(menu.length === 0 ? [] : [menuField({ name: fields.course, label: 'Course' }, menu, before.course)]),
    textField({
      name: fields.source,
      label: 'Repository',
      optional: true,
      initial: before.source,
      placeholder: 'https://github.com/you/project',
    }),
    fileField({
      name: fields.archive,
      label: 'Or an archive',
      hint: 'One .zip or .tar.gz with your build file in it.',
    }),
    textField({ name: fields.ref, label: 'Branch, tag or commit', optional: true, initial: before.ref }),
    textField({
      ...{ name: fields.assignment, label: 'Assignment', optional: true, initial: before.assignment },
      ...(open === '' ? {} : { hint: `Open now: ${open}`.slice(0, 150) }),
    }),
  ]
  return modal('Submit with RAI', blocks, {
    callback_id: 'form_submit',
    private_metadata: JSON.stringify(where),
    submit: plain('Submit'),
    close: plain('Cancel'),
  })
}

export async function trySubmit(desk: Desk, user: string, filled: FilledForm): Promise<Filled> {
  const where = memory.parse(JSON.parse(filled.private_metadata))
  const values = {
    source: entered(filled, fields.source),
    ref: entered(filled, fields.ref),
    assignment: entered(filled, fields.assignment),
    course: chosen(filled, fields.course),
  }
  const attachments = await attachmentsOf(desk.api, handedIn(filled, fields.archive))
  const words = ['submit', ...wordsOf(values)]
  const answer = await desk.ask({ user, channel: where.channel, event: `form:${filled.id}`, words, attachments })
  if (answer.card.tone === 'good') return { answer }
  return { answer, again: submitView(where, offerAt(desk, where), values, answer.card) }
}

/** `--ref` and the like take what begins with a dash only behind an equals sign. */
function wordsOf({ source, ref, assignment, course }: Entered): string[] {
  return [
    ...(ref === undefined ? [] : [`--ref=${ref}`]),
    ...(assignment === undefined ? [] : [`--assignment=${assignment}`]),
    ...(course === undefined ? [] : [`--course=${course}`]),
    ...(source === undefined ? [] : ['--', source]),
  ]
}
