import type { Member } from '../../core/directory/directory.ts'
import { applyPlan } from '../../core/enrolment/apply.ts'
import { permittedPlan } from '../../core/enrolment/permitted.ts'
import { planEnrolment } from '../../core/enrolment/plan.ts'
import { readRoster } from '../../core/enrolment/roster.ts'
import { Refusal } from '../../core/errors.ts'
import type { Draft } from '../../core/records/enrolment-drafts.ts'
import { plainCard } from '../card.ts'
import { directMessages } from '../places.ts'
import { plainLine } from '../render/clean.ts'
import { type CourierOptions, draftMs } from './options.ts'
import { notInstructor } from './refusals.ts'

/**
 * Enrols the oldest roster that was confirmed here. It may have been begun before, by a process that died: each step is
 * done once. Answers whether there was one.
 */
export async function workOnDraft(options: CourierOptions, held: AbortSignal): Promise<boolean> {
  const { drafts } = options.records.enrolment
  const draft = await drafts.next(options.chat)
  if (draft === undefined) {
    await drafts.dropOld(draftMs)
    return false
  }
  try {
    const outcome = await enrol(options, draft, held)
    await drafts.finish(draft.id, 'done', outcome)
    await tell(options, draft, 'The class is enrolled', outcome)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    await drafts.finish(draft.id, 'failed', error.message)
    await tell(options, draft, 'The class could not be enrolled', error.message)
  }
  return true
}

async function enrol(given: CourierOptions, draft: Draft, held: AbortSignal): Promise<string> {
  const { records, directory, keys, reach, logger } = given
  const { enrolment, people } = records
  const { course, actor, options, roster } = draft
  const read = readRoster(Buffer.from(roster), { courses: [course], course, now: Date.now() })
  const member = await memberOf(given, draft)
  const plan = await permittedPlan(await planEnrolment(read, enrolment), member, { enrolment, people, directory })
  const { issued, removed } = await applyPlan(plan, {
    ...{ records: enrolment, keys, actor, deliver: 'direct', reach, byBot: true, signal: held },
    keepMissing: options.keepMissing,
  })
  logger.info({ course, actor, issued, removed }, 'enrolled a roster')
  return `Keys issued: ${issued}. Lost access: ${removed}. \`/rai keygen status\` shows how the keys go.`
}

/** Who confirmed it, as they are now: what they may not do any more is not done. */
async function memberOf({ records, directory }: CourierOptions, { actor, course }: Draft): Promise<Member> {
  const account = await records.people.byId(actor)
  const member = account === undefined ? undefined : await directory.inCourse(account, course)
  if (member?.rights.enrols !== true) throw notInstructor(member?.role ?? 'guest')
  return member
}

/** They may take no direct messages; then the status says it. */
async function tell({ chat, findPerson, budgets, logger }: CourierOptions, draft: Draft, title: string, text: string) {
  if (findPerson === undefined) return
  const place = directMessages(chat.platform, draft.identity)
  const work = async () =>
    void (await chat.postRoot(place, plainCard(title, [plainLine(text, 900)]), `draft-${draft.id}`))
  await budgets.posts.spend(`draft:${draft.id}`, 'click', work, place.channel).catch((error: unknown) => {
    logger.info({ draft: draft.id, err: String(error) }, 'could not tell how a roster went')
  })
}
