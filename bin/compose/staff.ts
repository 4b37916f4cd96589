import { unknownCourse } from '../../bots/commands/refusals.ts'
import type { Member } from '../../core/directory/directory.ts'
import { requireMember } from '../../core/directory/directory.ts'
import type { Identity } from '../../core/records/people.ts'
import type { Deployment } from './deployment.ts'

/**
 * Whoever can run programs as RAI's user on its server can read its records, so they are staff here. The account is
 * made when it is missing; it is named after the system user, and in every course. Returns who they are in the
 * one that is wanted, or the first one.
 */
export async function staffMember(
  { records, directory, courses }: Deployment,
  identity: Identity,
  username: string,
  wanted?: string,
): Promise<Member> {
  const course = wanted === undefined ? courses.all()[0] : courses.byName(wanted.toLowerCase())
  if (course === undefined) {
    throw unknownCourse(
      wanted ?? '',
      courses.all().map(({ name }) => name),
    )
  }
  // No roster can hold such a name, so that nobody becomes staff by being called like a user of this server.
  const own = `${username}@server`
  const known = await directory.identify(identity)
  if (known === undefined || known.username === own) {
    const { people } = records
    const account = known ?? (await people.ensure({ username: own, firstName: username }))
    const enrolled = new Set((await people.memberships(account.id)).map((membership) => membership.course))
    for (const { name } of courses.all()) {
      if (!enrolled.has(name)) await people.enrol(account.id, { course: name, role: 'instructor' })
    }
    if (known === undefined) await people.link(identity, account.id)
  }
  return requireMember(directory, identity, course.name)
}
