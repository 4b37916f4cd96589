import { ChatError } from '../chat.ts'
import type { FindPerson } from '../delivery/options.ts'
import type { Api } from './api.ts'

/** What Slack says of somebody, as far as it decides whether they may have keys. */
export interface SlackPerson {
  readonly id?: string
  readonly team_id?: string
  readonly deleted?: boolean
  readonly is_bot?: boolean
  readonly is_restricted?: boolean
  readonly is_ultra_restricted?: boolean
  readonly is_stranger?: boolean
  readonly is_email_confirmed?: boolean
}

/** A person of this very workspace with a confirmed address: no guest, nobody of a connected workspace, no bot. */
export function isFullMember(user: SlackPerson, workspace: string): boolean {
  const partly = [user.is_restricted, user.is_ultra_restricted]
  return isOfWorkspace(user, workspace) && !partly.includes(true) && user.is_email_confirmed !== false
}

/** Whoever a roster names by id may also be a guest: the instructor knows. */
function isOfWorkspace(user: SlackPerson, workspace: string): boolean {
  const never = [user.deleted, user.is_bot, user.is_stranger]
  return user.team_id === workspace && !never.includes(true)
}

/** By member id, or by an address that Slack has confirmed. */
export function createFindPerson(api: Api, workspace: string): FindPerson {
  return async (address) => {
    const byAddress = address.includes('@')
    const user = await (byAddress ? byEmail(api, address) : byId(api, address))
    if (user === undefined) return undefined
    return (byAddress ? isFullMember(user, workspace) : isOfWorkspace(user, workspace)) ? user.id : undefined
  }
}

async function byEmail(api: Api, email: string): Promise<SlackPerson | undefined> {
  return unlessUnknown(async () => {
    const { user } = await api.call('look up an address', (client) => client.users.lookupByEmail({ email }))
    return user
  })
}

async function byId(api: Api, user: string): Promise<SlackPerson | undefined> {
  return unlessUnknown(async () => {
    const { user: found } = await api.call('look up a person', (client) => client.users.info({ user }))
    return found
  })
}

async function unlessUnknown<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look()
  } catch (error) {
    if (error instanceof ChatError && /users?_not_found|user_not_visible/.test(error.message)) return undefined
    throw error
  }
}
