import { isAt } from '../../core/course/file/channel.ts'
import { courseFor } from '../../core/course/for-assignment.ts'
import type { Place, Submission } from '../../core/records/submission.ts'
import { submit } from '../../core/submission/submit.ts'
import type { SourceRequest } from '../../core/vocabulary.ts'
import { type Card, plainCard } from '../card.ts'
import { directMessages } from '../places.ts'
import { countsText } from '../render/receipt.ts'
import { receivedText, shortId, sourceName } from '../wording.ts'
import { privately } from './answers.ts'
import type { Command, CommandCall } from './command.ts'
import { badAssignment, badQueue, nothingToSubmit, severalAttachments, tooManyWords, twoSources } from './refusals.ts'
import { type Seat, seatOf } from './seat.ts'

export const submitCommand: Command = {
  name: 'submit',
  usage: '<repository> [ref] [assignment]',
  summary: 'Run your code: a git repository, or the archive attached to your message',
  options: {
    ref: 'branch, tag or commit',
    assignment: 'what it is for',
    queue: 'another queue than the course’s (course staff)',
  },
  mostWords: 3,
  async run(call) {
    const { context, request } = call
    const seat = await seatOf(call)
    const wanted = await readWishes(call)
    const assignment = checkAssignment(wanted.assignment) ?? usualAssignment(seat, call)
    const course = courseFor(seat.course, assignment?.toLowerCase())
    const { submission, repeated } = await submit(context.records.intake, {
      eventKey: request.eventKey,
      submittedAt: request.submittedAt,
      place: threadPlace({ course }, call),
      ...seat,
      source: wanted.source,
      ...optional('assignment', assignment),
      ...optional('queue', checkQueue(call.options.queue)),
    })
    context.poke()
    return privately(receivedCard({ course }, submission, repeated))
  },
}

/** A channel may be one assignment's; only where the course says so. */
function usualAssignment({ course }: Seat, { request }: CommandCall): string | undefined {
  const here = course.channels?.find((channel) => channel.assignment !== undefined && isAt(channel, request.place))
  return here?.assignment
}

interface Wishes {
  readonly source: SourceRequest
  readonly assignment: string | undefined
}

async function readWishes({ context, request, words, options }: CommandCall): Promise<Wishes> {
  const [attachment, ...more] = request.attachments
  if (more.length > 0) throw severalAttachments(request.attachments.length)
  if (attachment !== undefined) {
    const [assignment, surplus] = words
    if (surplus !== undefined || assignment?.includes('/')) throw twoSources()
    const source = { kind: 'attachment', platform: request.place.platform, ...attachment } as const
    return { source, assignment: options.assignment ?? assignment }
  }
  const [text, ...rest] = words
  if (text === undefined) throw nothingToSubmit()
  const [ref, assignment, surplus] = options.ref === undefined ? rest : [options.ref, ...rest]
  if (surplus !== undefined) throw tooManyWords(surplus, submitCommand.name, submitCommand.usage)
  return { source: await context.checkSource(text, optional('ref', ref)), assignment: options.assignment ?? assignment }
}

/** Where the thread goes: to the channel, or to the person where the course keeps threads private. */
export function threadPlace({ course }: Pick<Seat, 'course'>, { request }: CommandCall): Place {
  if (course.visibility !== 'private') return request.place
  return directMessages(request.place.platform, request.identity)
}

export function receivedCard({ course }: Pick<Seat, 'course'>, submission: Submission, repeated = false): Card {
  const title = `${repeated ? 'Already received' : 'Received'}: ${sourceName(submission.source)}`
  const text = [`Its id is ${shortId(submission.id)}. ${receivedText(course.visibility)}`, ...standingText(submission)]
  return plainCard(title, text, submission.standing?.counts === false ? 'neutral' : 'good')
}

function standingText({ standing, assignment = '' }: Submission): string[] {
  if (standing === undefined) return []
  return [`Counts for ${assignment}: ${countsText(standing)}${/[.]$/.test(countsText(standing)) ? '' : '.'}`]
}

function checkAssignment(text: string | undefined): string | undefined {
  if (text !== undefined && !/^[\p{L}\p{N}._-]{1,60}$/u.test(text)) throw badAssignment(text)
  return text
}

function checkQueue(queue: string | undefined): string | undefined {
  if (queue === undefined) return undefined
  if (!/^[A-Za-z0-9_-]{1,80}$/.test(queue)) throw badQueue(queue)
  return queue
}

export function optional<K extends string>(key: K, value: string | undefined): { readonly [P in K]?: string }
export function optional(key: string, value: string | undefined) {
  return value === undefined ? {} : { [key]: value }
}
