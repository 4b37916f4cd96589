import { ProviderError } from '../errors.ts'
import type { Account, People } from '../records/people.ts'
import type { Auth0User } from './auth0-users.ts'
import type { Directory, Standing } from './directory.ts'
import { type RightsOverrides, rightsOf } from './rights.ts'

export interface Auth0DirectoryOptions {
  /** Who is who in the chats, and who is in which course. */
  readonly database: Directory
  readonly people: Pick<People, 'byId'>
  readonly find: (username: string) => Promise<Auth0User | undefined>
  readonly overrides?: (course: string) => RightsOverrides | undefined
  readonly now?: () => number
}

const freshMs = 60_000
/** How long what was known holds while Auth0 does not answer. */
const staleMs = 15 * 60_000
const mostKept = 5_000

/**
 * People as Auth0 has them: who is blocked or gone there may do nothing here, and roles are those of there. Courses,
 * teams of a roster and sign-ins stay in the records. While Auth0 does not answer, what it said within a quarter of an
 * hour holds; then calls reject with a `ProviderError`.
 */
export function createAuth0Directory({
  database,
  people,
  now = Date.now,
  ...options
}: Auth0DirectoryOptions): Directory {
  const known = new Map<string, { readonly user: Auth0User | undefined; readonly at: number }>()

  async function userOf(username: string): Promise<Auth0User | undefined> {
    const before = known.get(username)
    if (before !== undefined && before.at + freshMs > now()) return before.user
    try {
      const user = await options.find(username)
      known.delete(username)
      known.set(username, { user, at: now() })
      const [oldest] = known.keys()
      if (known.size > mostKept && oldest !== undefined) known.delete(oldest)
      return user
    } catch (error) {
      const holds = before !== undefined && before.at + staleMs > now()
      if (holds && error instanceof ProviderError && error.retryable) return before.user
      throw error
    }
  }

  /** Staff of this server (`root@server`) are in no directory. */
  const isOurs = ({ username }: Account) => username.includes('@')

  async function adjust<Value extends Standing>(
    account: Account,
    course: string,
    value: Value,
  ): Promise<Value | undefined> {
    if (isOurs(account)) return value
    const user = await userOf(account.username)
    if (user === undefined || user.blocked) return undefined
    return { ...value, role: user.role, rights: rightsOf(user.role, options.overrides?.(course)) }
  }

  return {
    async identify(identity) {
      const account = await database.identify(identity)
      if (account === undefined || isOurs(account)) return account
      const user = await userOf(account.username)
      return user === undefined || user.blocked ? undefined : account
    },
    async inCourse(account, course) {
      const member = await database.inCourse(account, course)
      return member === undefined ? undefined : adjust(account, course, member)
    },
    memberships: (account) => database.memberships(account),
    async standing(id, course) {
      const [account, standing] = [await people.byId(id), await database.standing(id, course)]
      const guest: Standing = { role: 'guest', rights: rightsOf('guest', options.overrides?.(course)) }
      // Who is not enrolled stays a guest, whatever they are there.
      if (account === undefined || standing.role === 'guest') return standing
      return (await adjust(account, course, standing)) ?? guest
    },
  }
}
