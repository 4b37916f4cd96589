import { applyPlan } from '../core/enrolment/apply.ts'
import type { DeliveryWay } from '../core/enrolment/channel.ts'
import { type MailTexts, readMailTemplate } from '../core/enrolment/mail-fields.ts'
import { type EnrolmentPlan, planEnrolment } from '../core/enrolment/plan.ts'
import { readBounded } from '../core/enrolment/read-bounded.ts'
import { rosterHasBadRows } from '../core/enrolment/refusals.ts'
import { readRoster, rosterLimits } from '../core/enrolment/roster.ts'
import { deliverKeys } from './deliver.ts'
import { describePlan } from './describe-plan.ts'
import type { Desk } from './desk.ts'
import { previewMail } from './mails.ts'
import { needsYes, notConfirmed } from './refusals.ts'

export interface EnrolCommand {
  readonly roster: AsyncIterable<Buffer | string>
  readonly texts: MailTexts
  readonly deliver: DeliveryWay
  /** Where `--deliver file` writes. */
  readonly out: string
  readonly dryRun: boolean
  readonly skipBad: boolean
  readonly preview: boolean
  readonly keepMissing: boolean
  /** Do not ask. */
  readonly yes: boolean
}

/** Enrols a roster: tells everything that will happen, asks, does it, and delivers the keys. */
export async function enrol(desk: Desk, command: EnrolCommand): Promise<void> {
  const { records, courses, course, keys, actor, signal } = desk
  // A mistake in a template shows before anybody's keys are issued.
  readMailTemplate(command.texts)
  const file = await readBounded(command.roster, rosterLimits.bytes)
  const plan = await planEnrolment(readRoster(file, { courses, course, now: Date.now() }), records.enrolment)
  describePlan(plan, desk, command)
  if (command.preview) previewMail(desk, command.texts, plan.people[0]?.person)
  if (plan.bad.length > 0 && !command.skipBad) throw rosterHasBadRows(plan.bad.length)
  if (command.dryRun || command.preview) return desk.say('Nothing was changed.')
  await confirm(plan, desk, command)
  const bar = desk.progress('enrolling')
  const { deliver, keepMissing } = command
  const applied = await applyPlan(plan, {
    ...{ records: records.enrolment, keys, actor, deliver, reach: desk.reach, keepMissing, signal },
    onProgress: bar.update,
  }).finally(bar.end)
  desk.say(`Enrolled. Keys issued: ${applied.issued}. Lost access: ${applied.removed}.`)
  await deliverKeys(desk, command)
}

async function confirm({ people, missing }: EnrolmentPlan, desk: Desk, command: EnrolCommand): Promise<void> {
  const losing = command.keepMissing ? 0 : missing.length
  if (command.yes || (losing === 0 && people.every(({ kind }) => kind === 'unchanged'))) return
  const answer = await desk.confirm('Go on?')
  if (answer === undefined && losing > 0) throw needsYes(losing)
  if (answer === false) throw notConfirmed()
}
