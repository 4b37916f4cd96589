import { requireMayActEverywhere } from '../../core/directory/permission.ts'
import { rolesElsewhere } from '../../core/enrolment/permitted.ts'
import type { CommandContext } from './request.ts'
import type { Seat } from './seat.ts'

/**
 * What is done to a person, and not to something of theirs in this course, reaches into their other courses. Throws a
 * `Refusal` where the asker may not act on them here, or where they are staff elsewhere.
 *
 * @param action a verb phrase: `rotate the keys of`.
 * @param otherwise what is at stake in the other course, and who can do it: the end of a sentence, and another one.
 */
export async function requireMayActOnPerson(
  { records, directory }: Pick<CommandContext, 'records' | 'directory'>,
  { course, member }: Seat,
  account: string,
  wanted: { readonly action: string; readonly otherwise: string },
): Promise<void> {
  const { role } = await directory.standing(account, course.name)
  const elsewhere = await rolesElsewhere({ people: records.people, directory }, account, course.name)
  requireMayActEverywhere(member, { account, course: course.name, role, elsewhere }, wanted)
}
