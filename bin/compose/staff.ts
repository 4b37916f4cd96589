import type { Member } from '../../core/directory/directory.ts'
import { requireMember } from '../../core/directory/directory.ts'
import type { Identity } from '../../core/records/people.ts'
import type { Deployment } from './deployment.ts'

/**
 * Whoever can run programs as RAI's user on its server can read its records, so they are staff here. The account is
 * made when it is missing; it is named after the system user, and in every course. Returns who they are in the first one.
 */
export async function staffMember(
  { records, directory, courses }: Deployment,
  identity: Identity,
  username: string,
): Promise<Member> {
  const [course] = courses.all()
  if (course === undefined) throw new Error('An installation has at least one course')
  if ((await directory.identify(identity)) === undefined) {
    // No roster can hold such a name, so that nobody becomes staff by being called like a user of this server.
    const account = await records.people.ensure({ username: `${username}@server`, firstName: username })
    for (const { name } of courses.all()) await records.people.enrol(account.id, { course: name, role: 'instructor' })
    await records.people.link(identity, account.id)
  }
  return requireMember(directory, identity, course.name)
}
