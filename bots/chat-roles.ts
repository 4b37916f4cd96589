import type { Courses } from '../core/course/course.ts'
import { describeError } from '../core/logger/describe-error.ts'
import type { Logger } from '../core/logger/logger.ts'
import type { MappedRole, MappedRoles } from '../core/records/mapped-roles.ts'
import type { Account, Identity } from '../core/records/people.ts'
import { createCache } from './cache.ts'

/** What members of a chat's group or role are, in one course or in all. */
export interface ChatRole {
  readonly group: string
  readonly role: string
  readonly course?: string
}

export interface ChatRolesOptions {
  readonly mapped: MappedRoles
  readonly courses: Courses
  readonly logger: Logger
  /** As configured. None: nobody is asked for anything. */
  readonly roles: readonly ChatRole[]
  /** Those of `groups` that this person is in; none for guests and strangers. Rejects where nobody can tell now. */
  readonly groupsOf: (user: string, groups: readonly string[]) => Promise<readonly string[]>
}

/** How long an answer counts. What cannot be asked again counts until `keptMs` are over, and not a moment longer. */
const fresh = { entries: 5_000, ms: 5 * 60_000 }
const keptMs = 15 * 60_000

/**
 * Roles by the groups of a chat: never more than the map says, asked again every five minutes, and gone a quarter of an
 * hour after the chat last confirmed them. `undefined` where nothing is mapped.
 */
export function createRefreshRoles(options: ChatRolesOptions) {
  const { mapped, logger, roles, groupsOf } = options
  if (roles.length === 0) return undefined
  const asked = createCache<true>(fresh)
  const groups = [...new Set(roles.map(({ group }) => group))]

  return async (identity: Identity, account: Account): Promise<void> => {
    const key = `${identity.user}:${account.id}`
    if (asked.get(key)) return
    asked.set(key, true)
    try {
      const found = rolesIn(options, await groupsOf(identity.user, groups))
      await mapped.set({ identity, account: account.id, roles: found, forMs: keptMs })
    } catch (error) {
      asked.delete(key)
      logger.warn({ ...identity, err: describeError(error) }, 'could not ask for the groups of somebody')
    }
  }
}

function rolesIn({ roles, courses }: ChatRolesOptions, groups: readonly string[]): MappedRole[] {
  const names = courses.all().map(({ name }) => name)
  return roles
    .filter(({ group }) => groups.includes(group))
    .flatMap(({ role, course }) =>
      names.filter((name) => course === undefined || course === name).map((name) => ({ course: name, role })),
    )
}
