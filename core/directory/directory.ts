import type { Account, Identity, Membership, People } from '../records/people.ts'
import { notEnrolled, unknownPerson } from './refusals.ts'
import { type Rights, type RightsOverrides, type Role, rightsOf, toRole } from './rights.ts'

/** Somebody in one course: what every permission is decided on. */
export interface Member extends Standing {
  readonly account: Account
  readonly course: string
  readonly team?: string
}

/** Who may do what. */
export interface Directory {
  /** The account of a chat user, or `undefined` when nobody signed in as them or the account is disabled. */
  identify(identity: Identity): Promise<Account | undefined>
  /** The account in a course, or `undefined` when they are not enrolled in it. */
  inCourse(account: Account, course: string): Promise<Member | undefined>
  memberships(account: Account): Promise<readonly Membership[]>
  /** What an account (its id) is in a course now. Who is not enrolled in it is a guest. */
  standing(account: string, course: string): Promise<Standing>
}

export interface Standing {
  readonly role: Role
  readonly rights: Rights
}

/** @param overrides what a course changes in the table of rights: `Course.rights`. */
export function createDatabaseDirectory(
  people: People,
  overrides: (course: string) => RightsOverrides | undefined = () => undefined,
): Directory {
  const standingOf = (course: string, role: string): Standing => {
    const known = toRole(role)
    return { role: known, rights: rightsOf(known, overrides(course)) }
  }
  return {
    identify: async (identity) => {
      const account = await people.byIdentity(identity)
      return account === undefined || account.disabled ? undefined : account
    },
    inCourse: async (account, course) => {
      const membership = (await people.memberships(account.id)).find((candidate) => candidate.course === course)
      if (membership === undefined) return undefined
      const { role, team } = membership
      return { account, course, ...standingOf(course, role), ...(team === undefined ? {} : { team }) }
    },
    memberships: (account) => people.memberships(account.id),
    standing: async (account, course) => {
      const membership = (await people.memberships(account)).find((candidate) => candidate.course === course)
      return standingOf(course, membership?.role ?? 'guest')
    },
  }
}

/** The person in the course, or a `Refusal` that says what to do about it. */
export async function requireMember(directory: Directory, identity: Identity, course: string): Promise<Member> {
  const account = await directory.identify(identity)
  if (account === undefined) throw unknownPerson()
  const member = await directory.inCourse(account, course)
  if (member === undefined) throw notEnrolled(course)
  return member
}
