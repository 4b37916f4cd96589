import type { Account, Identity, Membership, People } from '../records/people.ts'
import { notEnrolled, unknownPerson } from './refusals.ts'
import { type Rights, type Role, rightsOf, toRole } from './rights.ts'

/** Somebody in one course: what every permission is decided on. */
export interface Member {
  readonly account: Account
  readonly course: string
  readonly role: Role
  readonly rights: Rights
  readonly team?: string
}

/** Who may do what. */
export interface Directory {
  /** The account of a chat user, or `undefined` when nobody signed in as them or the account is disabled. */
  identify(identity: Identity): Promise<Account | undefined>
  /** The account in a course, or `undefined` when they are not enrolled in it. */
  inCourse(account: Account, course: string): Promise<Member | undefined>
  memberships(account: Account): Promise<readonly Membership[]>
}

export function createDatabaseDirectory(people: People): Directory {
  return {
    identify: async (identity) => {
      const account = await people.byIdentity(identity)
      return account === undefined || account.disabled ? undefined : account
    },
    inCourse: async (account, course) => {
      const membership = (await people.memberships(account.id)).find((candidate) => candidate.course === course)
      return membership === undefined ? undefined : toMember(account, membership)
    },
    memberships: (account) => people.memberships(account.id),
  }
}

function toMember(account: Account, { course, role, team }: Membership): Member {
  const known = toRole(role)
  return { account, course, role: known, rights: rightsOf(known), ...(team === undefined ? {} : { team }) }
}

/** The person in the course, or a `Refusal` that says what to do about it. */
export async function requireMember(directory: Directory, identity: Identity, course: string): Promise<Member> {
  const account = await directory.identify(identity)
  if (account === undefined) throw unknownPerson()
  const member = await directory.inCourse(account, course)
  if (member === undefined) throw notEnrolled(course)
  return member
}
