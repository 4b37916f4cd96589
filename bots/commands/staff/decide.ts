import { parseDuration } from '../../../core/config/duration.ts'
import { findAssignment } from '../../../core/course/admission.ts'
import { momentText, readMoment } from '../../../core/course/moment.ts'
import { teamTitle } from '../../../core/records/team-rows.ts'
import { findSubmission } from '../../../core/submission/actions.ts'
import { plainCard } from '../../card.ts'
import { plainLine } from '../../render/clean.ts'
import { count, shortId } from '../../wording.ts'
import { privately } from '../answers.ts'
import { partyOf } from './party.ts'
import { countsForNothing, noDeadline, notAnUntil, wrongWords } from './refusals.ts'
import type { StaffCall, StaffVerb } from './verb.ts'

export const acceptVerb: StaffVerb = {
  name: 'accept',
  usage: 'accept <id> <reason>',
  summary: 'Let a run count although it was late, or lacked something',
  needs: 'staff',
  async run({ context, seat, words }) {
    const [id, ...rest] = words
    const reason = plainLine(rest.join(' '), 400)
    if (id === undefined || reason === '') throw wrongWords(acceptVerb.usage)
    const run = await findSubmission(context.records, seat.member, id)
    const standing = await context.records.standings.acceptLate(run.id, seat.member.account.id, reason)
    if (standing === undefined) throw countsForNothing(run.id)
    return privately(
      plainCard(
        `${shortId(run.id)} counts for ${plainLine(run.assignment ?? '', 60)}`,
        [standing.reason ?? ''],
        'good',
      ),
    )
  },
}

export const extendVerb: StaffVerb = {
  name: 'extend',
  usage: 'extend <assignment> <person or team> <36h or "2026-12-11 23:59"> <reason>',
  summary: 'Give one person or team a later deadline',
  needs: 'staff',
  async run(call) {
    const { context, seat, words } = call
    const [name, whom, until, ...rest] = words
    const reason = plainLine(rest.join(' '), 400)
    if (name === undefined || whom === undefined || until === undefined || reason === '')
      throw wrongWords(extendVerb.usage)
    const assignment = findAssignment(seat.course, name)
    if (assignment?.dueAt === undefined) throw noDeadline(plainLine(name, 60))
    const party = await partyOf(call, whom)
    const untilAt = untilOf(call, assignment.dueAt, until)
    const judged = await context.records.standings.extend({
      ...{ course: seat.course.name, assignment: assignment.name, untilAt, reason, by: seat.member.account.id },
      party: 'team' in party ? party : { account: party.account.id },
    })
    const who = 'team' in party ? teamTitle(party.team) : party.account.username
    const also =
      judged === 0 ? [] : [`${count(judged, 'run')} that came too late ${judged === 1 ? 'counts' : 'count'} now.`]
    const title = `${plainLine(who, 60)} has until ${momentText(untilAt, seat.course.timeZone)} for ${assignment.title}`
    return privately(plainCard(title, [`The reason is kept: ${reason}`, ...also], 'good'))
  },
}

/** A duration is added to the deadline; a date is on the course's clocks. */
function untilOf({ seat }: StaffCall, dueAt: number, text: string): number {
  const ms = /^[\d.]+\s*(?:[smhd]|$)/.test(text) && !text.includes('-') ? parseDuration(text) : undefined
  if (ms !== undefined) return dueAt + ms
  const moment = readMoment(text, seat.course.timeZone ?? 'UTC')
  if ('problem' in moment) throw notAnUntil(text)
  return moment.at
}
