import type { Account } from '../../../core/records/people.ts'
import { unknownParty } from './refusals.ts'
import type { StaffCall } from './verb.ts'

/** A team, or a person by their username. */
export type Party = { readonly team: string } | { readonly account: Account }

/**
 * Whom a member of staff means; a person comes first where both are called so. A name that was used again is the team that
 * has it now, and `primes~2` that one.
 */
export async function partyOf({ context, seat }: StaffCall, name: string): Promise<Party> {
  const { records, directory } = context
  const { course } = seat
  const account = await records.people.byUsername(name.replace(/^@/, ''))
  if (account !== undefined && (await directory.inCourse(account, course.name)) !== undefined) return { account }
  const team = await records.teams.named(course.name, name)
  if (team !== undefined) return { team }
  // Enrolled by other means than a roster, or gone: such teams have no row.
  const [run] = await records.runList.newest({ course: course.name, team: name }, 1)
  if (run !== undefined) return { team: name }
  const list = await records.enrolment.inCourse(course.name)
  if (list.some((one) => one.team === name)) return { team: name }
  throw unknownParty(name)
}
