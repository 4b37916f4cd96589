import type { Account } from '../../../core/records/people.ts'
import { unknownParty } from './refusals.ts'
import type { StaffCall } from './verb.ts'

/** A team, or a person by their username. */
export type Party = { readonly team: string } | { readonly account: Account }

/** Whom a member of staff means. A team is one that has members or runs; a person comes first where both are called so. */
export async function partyOf({ context, seat }: StaffCall, name: string): Promise<Party> {
  const { records, directory } = context
  const { course } = seat
  const account = await records.people.byUsername(name.replace(/^@/, ''))
  if (account !== undefined && (await directory.inCourse(account, course.name)) !== undefined) return { account }
  const [run] = await records.runList.newest({ course: course.name, team: name }, 1)
  if (run !== undefined) return { team: name }
  const list = await records.enrolment.inCourse(course.name)
  if (list.some(({ team }) => team === name)) return { team: name }
  throw unknownParty(name)
}
