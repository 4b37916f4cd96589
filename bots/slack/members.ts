import type { Account, Identity } from '../../core/records/people.ts'
import { createCache } from '../cache.ts'
import { type Found, onlyOne } from '../sign-in.ts'
import type { Api } from './api.ts'
import { isFullMember } from './reveal-to.ts'

export interface MembersOptions {
  readonly api: Api
  readonly workspace: string
  /** Everybody in a roster with this address. Without it nobody is signed in by address. */
  readonly byEmail?: ((emails: readonly string[]) => Promise<readonly Account[]>) | undefined
  /** Everybody whom a roster knows by this member's id. */
  readonly byUser?: ((user: string) => Promise<readonly Account[]>) | undefined
}

/** What Slack itself says of its people. Rejects with a `ChatError`. */
export interface Members {
  /** Only full members of this very workspace: by the id in a roster, or by an address that Slack has confirmed. */
  find(identity: Identity): Promise<Found | undefined>
  /** Which of these user groups a full member is in. */
  groupsOf(user: string, groups: readonly string[]): Promise<readonly string[]>
}

const groupsKept = { entries: 200, ms: 5 * 60_000 }

export function createMembers(options: MembersOptions): Members {
  const { api, workspace, byUser } = options
  const kept = createCache<readonly string[]>(groupsKept)

  async function usersOf(group: string): Promise<readonly string[]> {
    const known = kept.get(group)
    if (known !== undefined) return known
    const { users = [] } = await api.call('list a user group', (client) =>
      client.usergroups.users.list({ usergroup: group }),
    )
    kept.set(group, users)
    return users
  }

  return {
    async find({ user: id }) {
      const { user } = await api.call('look up a person', (client) => client.users.info({ user: id }))
      if (user === undefined || !isFullMember(user, workspace)) return undefined
      const listed = byUser === undefined ? undefined : onlyOne(await byUser(id))
      if (listed !== undefined) return { account: listed, by: 'roster' }
      const account = await byAddress(options, id, user.profile?.email)
      return account === undefined ? undefined : { account, by: 'address' }
    },
    async groupsOf(user, groups) {
      const members = await Promise.all(groups.map(async (group) => ({ group, users: await usersOf(group) })))
      const found = members.filter(({ users }) => users.includes(user)).map(({ group }) => group)
      if (found.length === 0) return []
      const { user: person } = await api.call('look up a person', (client) => client.users.info({ user }))
      return person !== undefined && isFullMember(person, workspace) ? found : []
    },
  }
}

/** Slack has to say so in both directions. */
async function byAddress({ api, byEmail }: MembersOptions, id: string, email: string | undefined) {
  if (byEmail === undefined || email === undefined) return undefined
  const account = onlyOne(await byEmail([email]))
  if (account === undefined) return undefined
  const { user } = await api.call('look up an address', (client) => client.users.lookupByEmail({ email }))
  return user?.id === id ? account : undefined
}
