import { quotaOf, tokensOf } from '../../core/course/admission.ts'
import type { Assignment, Quota } from '../../core/course/assignment.ts'
import type { Course } from '../../core/course/course.ts'
import { dueAtFor } from '../../core/course/lateness.ts'
import { momentText } from '../../core/course/moment.ts'
import type { Member } from '../../core/directory/directory.ts'
import type { AdmissionFacts } from '../../core/records/admission-facts.ts'
import { count, duration } from '../wording.ts'
import type { CommandContext, Limit } from './request.ts'

const mostShown = 20

/** Deadlines, quotas with the time of the next, and late tokens, as they are for one person now. */
export async function assignmentLimits(
  course: Course,
  member: Member,
  { records, now }: Pick<CommandContext, 'records' | 'now'>,
): Promise<Limit[]> {
  const { assignments = [], lateTokens } = course
  if (assignments.length === 0) return []
  const applicant = { ...partyOf(member), course: course.name }
  const rows: Limit[] = []
  let tokens: number | undefined
  for (const assignment of assignments.slice(0, mostShown)) {
    const facts = await records.standings.facts({ ...applicant, assignment: assignment.name })
    rows.push({ label: assignment.name, value: rowOf({ course, member, assignment, facts, at: now() }) })
    tokens = tokensOf(course, assignment, partyOf(member), facts.past).left
  }
  if (lateTokens === undefined || tokens === undefined) return rows
  return [...rows, { label: 'Late tokens', value: `${tokens} of ${lateTokens} left` }]
}

interface RowFacts {
  readonly course: Course
  readonly member: Member
  readonly assignment: Assignment
  readonly facts: AdmissionFacts
  readonly at: number
}

function rowOf(row: RowFacts): string {
  const { course, member, assignment, facts, at } = row
  const { timeZone } = course
  const { opensAt, quotas } = assignment
  const dueAt = dueAtFor(assignment, facts.extendedTo)
  const extended = dueAt !== assignment.dueAt ? ', moved for you' : ''
  const parts = [
    opensAt === undefined || opensAt <= at ? [] : `opens ${momentText(opensAt, timeZone)}`,
    dueAt === undefined ? [] : `due ${momentText(dueAt, timeZone)}${extended}`,
    ...(member.rights.unlimited ? ['any number (your role)'] : quotas.map((quota) => quotaText(row, quota))),
  ].flat()
  return parts.length === 0 ? 'no limits of its own' : parts.join('; ')
}

function quotaText({ course: { timeZone }, member, assignment, facts, at }: RowFacts, quota: Quota): string {
  const { left, nextAt } = quotaOf(assignment, quota, partyOf(member), facts.past, at)
  const whose = quota.per === 'team' ? 'for the team' : 'for you'
  const next = nextAt === undefined ? '' : `, the next on ${momentText(nextAt, timeZone)}`
  return `${left} of ${count(quota.size, 'submission')} left ${whose}${next} (one every ${duration(quota.refillMs)})`
}

function partyOf({ account, team }: Member) {
  return { account: account.id, ...(team === undefined ? {} : { team }) }
}
