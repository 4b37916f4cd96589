import { sql } from 'kysely'
import { roles, toRole } from '../directory/rights.ts'
import type { Database, Session } from './database.ts'
import type { Identity, Membership } from './people.ts'

/** What a chat's group or role makes of somebody in one course. */
export interface MappedRole {
  readonly course: string
  readonly role: string
}

export interface MappedRoleOptions {
  readonly identity: Identity
  readonly account: string
  readonly roles: readonly MappedRole[]
  /** Nobody is what they were when this is over, unless it was said again. */
  readonly forMs: number
}

/** Roles that people have by a group or a role of their chat, besides those of the directory. */
export interface MappedRoles {
  /** Says what a chat user is by these now, whatever they were before. */
  set(options: MappedRoleOptions): Promise<void>
}

export function createMappedRoles(database: Database): MappedRoles {
  return { set: (options) => database.write((session) => set(database, session, options)) }
}

async function set(database: Database, session: Session, options: MappedRoleOptions): Promise<void> {
  const { identity, account, forMs } = options
  await forgetMappedRoles(session, identity)
  if (options.roles.length === 0) return
  const { platform, workspace, user } = identity
  const until = sql<number>`${database.now} + ${forMs}`
  await session
    .insertInto('mapped_role')
    .values(strongest(options.roles).map((one) => ({ platform, workspace, user, account, ...one, until })))
    .execute()
}

export async function forgetMappedRoles(session: Session, { platform, workspace, user }: Identity): Promise<void> {
  await session
    .deleteFrom('mapped_role')
    .where('platform', '=', platform)
    .where('workspace', '=', workspace)
    .where('user', '=', user)
    .execute()
}

/** The directory's memberships, raised to what a chat says. */
export async function withMappedRoles(
  database: Database,
  session: Session,
  account: string,
  memberships: readonly Membership[],
): Promise<Membership[]> {
  const mapped = await session
    .selectFrom('mapped_role')
    .select(['course', 'role'])
    .where('account', '=', account)
    .where('until', '>', database.now)
    .execute()
  const raised = strongest([...memberships, ...mapped])
  return raised.map(({ course, role }) => ({ ...memberships.find((one) => one.course === course), course, role }))
}

/** One for each course, by name. */
function strongest(all: readonly MappedRole[]): MappedRole[] {
  const best = new Map<string, string>()
  const rank = (role: string) => roles.indexOf(toRole(role))
  for (const { course, role } of all) {
    const known = best.get(course)
    if (known === undefined || rank(role) > rank(known)) best.set(course, role)
  }
  return [...best]
    .map(([course, role]) => ({ course, role }))
    .sort((one, other) => (one.course < other.course ? -1 : 1))
}
