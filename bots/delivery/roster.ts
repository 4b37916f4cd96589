import { createHash } from 'node:crypto'
import { planWords, some } from '../../core/enrolment/describe-plan.ts'
import { permittedPlan } from '../../core/enrolment/permitted.ts'
import { type EnrolmentPlan, planEnrolment } from '../../core/enrolment/plan.ts'
import { readBounded } from '../../core/enrolment/read-bounded.ts'
import { readRoster } from '../../core/enrolment/roster.ts'
import { Refusal } from '../../core/errors.ts'
import type { Draft } from '../../core/records/enrolment-drafts.ts'
import { plainCard } from '../card.ts'
import { privately } from '../commands/answers.ts'
import { severalAttachments } from '../commands/refusals.ts'
import type { Answer } from '../commands/request.ts'
import { plainLine } from '../render/clean.ts'
import type { KeygenCall } from './keygen-call.ts'
import { draftMs } from './options.ts'
import { draftGone, noRoster, rosterOutdated, rosterTooLargeHere } from './refusals.ts'

const mostBytes = 1024 * 1024
const mostLines = 12

interface Wishes {
  readonly skipBad: boolean
  readonly keepMissing: boolean
}

/** Reads the roster that came with the command and says everything it would do. Nothing happens before the button. */
export async function previewRoster(given: KeygenCall): Promise<Answer> {
  const { call, seat, words } = given
  const roster = await rosterOf(given)
  const wishes = { skipBad: words.includes('skip-bad'), keepMissing: words.includes('keep-missing') }
  const plan = await planOf(given, roster)
  const stops = plan.bad.length > 0 && !wishes.skipBad
  const { warnings, summary, details } = planWords(plan, { ...wishes, most: mostLines })
  const card = plainCard(
    `Roster for ${plainLine(seat.course.title, 60)}: ${summary}`,
    [stops ? mendFirst : afterConfirm],
    stops ? 'bad' : 'neutral',
  )
  const tail = [...some(warnings, mostLines), ...details]
  if (stops) return privately({ ...card, tail })
  const id = await call.context.records.enrolment.drafts.put({
    ...{ actor: seat.member.account.id, course: seat.course.name, identity: call.request.identity, options: wishes },
    ...{ roster, digest: digestOf(plan, wishes) },
  })
  const text = [...card.text, `Or type \`/rai keygen confirm ${id}\`.`]
  return privately({ ...card, text, tail, buttons: [{ action: 'enrol', label: 'Confirm', submission: id }] })
}

const mendFirst =
  'Nothing was changed. Mend these rows and send the roster again, or leave them out: `keygen enroll skip-bad`.'
const afterConfirm =
  'Nothing was changed yet. Confirm enrols them and sends keys to whoever has none: by direct message where a chat knows them, else by mail, else into a file. Who is missing loses access, unless you sent `keygen enroll keep-missing`.'

/** What was looked at is what is done: where the course changed meanwhile, it is not. */
export async function confirmRoster(given: KeygenCall): Promise<Answer> {
  const { call, seat, words } = given
  const { drafts } = call.context.records.enrolment
  const draft = await drafts.byId(words[0] ?? '')
  const actor = seat.member.account.id
  if (draft === undefined || draft.actor !== actor || draft.state !== 'open') throw draftGone()
  if (draft.course !== seat.course.name) throw draftGone()
  if ((await digestNow(given, draft)) !== draft.digest) throw rosterOutdated()
  if (!(await drafts.confirm(draft.id, actor, draftMs))) throw draftGone()
  call.context.poke()
  const text = [
    'I tell you when it is done; `/rai keygen status` shows how the keys go. It goes on even if I am restarted.',
  ]
  return privately(plainCard(`Enrolling in ${plainLine(seat.course.title, 60)}`, text, 'good'))
}

async function digestNow(given: KeygenCall, { roster, options }: Draft): Promise<string> {
  return digestOf(await planOf(given, roster), options)
}

function digestOf({ people, missing, bad }: EnrolmentPlan, wishes: Wishes): string {
  return createHash('sha256').update(JSON.stringify({ people, missing, bad, wishes })).digest('hex')
}

async function planOf({ call, seat }: KeygenCall, roster: string): Promise<EnrolmentPlan> {
  const { records, directory } = call.context
  const { enrolment, people } = records
  const course = seat.course.name
  const read = readRoster(Buffer.from(roster), { courses: [course], course, now: call.context.now() })
  return permittedPlan(await planEnrolment(read, enrolment), seat.member, { enrolment, people, directory })
}

async function rosterOf({ call, desk, words }: KeygenCall): Promise<string> {
  const { attachments } = call.request
  const [file, another] = attachments
  if (another !== undefined) throw severalAttachments(attachments.length)
  if (file !== undefined && desk.openAttachment !== undefined) {
    if (file.bytes > mostBytes) throw rosterTooLargeHere(mostBytes)
    return textOf(await desk.openAttachment({ kind: 'attachment', platform: call.request.place.platform, ...file }))
  }
  const [path] = words.filter((word) => word !== 'skip-bad' && word !== 'keep-missing')
  if (path === undefined || desk.openFile === undefined) throw noRoster()
  return textOf(desk.openFile(path))
}

/** As `rai-keygen` reads it: bytes that are no UTF-8 are refused there, so they have to arrive as they were. */
async function textOf(stream: AsyncIterable<Buffer | string>): Promise<string> {
  const bytes = await readBounded(stream, mostBytes)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    // Throws, and says where.
    readRoster(bytes, { courses: [], course: '', now: 0 })
    throw new Refusal('roster-encoding', 'The roster is not UTF-8 text. Save it as "CSV UTF-8".')
  }
}
