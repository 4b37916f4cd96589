import type { Member } from '../directory/directory.ts'
import { requireMayEnrol } from '../directory/permission.ts'
import { toRole } from '../directory/rights.ts'
import { Refusal } from '../errors.ts'
import type { EnrolmentQueries } from '../records/enrolment-queries.ts'
import type { EnrolmentPlan } from './plan.ts'
import type { BadRow } from './roster.ts'

/**
 * Takes out what this person may not do: make somebody more than they may enrol, or change somebody of such a role. Rows
 * that change nothing stay.
 */
export async function permittedPlan(
  plan: EnrolmentPlan,
  member: Member,
  records: Pick<EnrolmentQueries, 'inCourse'>,
): Promise<EnrolmentPlan> {
  const enrolled = new Map((await records.inCourse(member.course)).map(({ username, role }) => [username, role]))
  const bad: BadRow[] = []
  const people = plan.people.filter(({ person, kind }) => {
    if (kind === 'unchanged') return true
    const before = enrolled.get(person.username)
    const reason =
      refusal(() => requireMayEnrol(member, person.role)) ??
      (before === undefined ? undefined : refusal(() => requireMayEnrol(member, toRole(before))))
    if (reason !== undefined) bad.push({ line: person.line, username: person.username, reasons: [reason] })
    return reason === undefined
  })
  return { ...plan, people, bad: [...plan.bad, ...bad].sort((one, other) => one.line - other.line) }
}

function refusal(check: () => void): string | undefined {
  try {
    check()
    return undefined
  } catch (error) {
    if (error instanceof Refusal) return error.message
    throw error
  }
}
