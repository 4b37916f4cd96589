import { invalidForm } from '../api-error.ts'
import type { Channel, Pings } from '../model.ts'
import { may } from '../permissions.ts'
import type { World } from '../world.ts'
import type { AllowedMentions } from './request.ts'

export interface PingSource {
  readonly authorId: string
  readonly channel: Channel
  readonly content: string
  readonly allowed: AllowedMentions | null | undefined
  readonly repliedUser: string | undefined
}

const idsIn = (content: string, pattern: RegExp): string[] => [
  ...new Set([...content.matchAll(pattern)].flatMap(([, id]) => (id === undefined ? [] : [id]))),
]

/** Everything may be mentioned unless the request says otherwise. */
const isAllowed = (
  allowed: AllowedMentions | null | undefined,
  kind: 'everyone' | 'users' | 'roles',
  listed: readonly string[] | null | undefined,
  id: string,
): boolean => !allowed || (allowed.parse ?? []).includes(kind) || (listed ?? []).includes(id)

const repliedPing = ({ allowed, repliedUser }: PingSource): string[] => {
  if (repliedUser === undefined) return []
  return !allowed || allowed.replied_user === true ? [repliedUser] : []
}

/** A kind is either allowed as a whole or by a list. */
const checkAllowed = ({ parse = [], users, roles }: AllowedMentions): void => {
  for (const [kind, listed] of [['users', users] as const, ['roles', roles] as const])
    if (parse.includes(kind) && (listed ?? []).length > 0)
      throw invalidForm(['allowed_mentions'], 'MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE', `parse excludes ${kind}`)
}

/** Whom a text notifies, as its author's permissions and `allowed_mentions` let it. */
export const pingsOf = (world: World, source: PingSource): Pings => {
  const { authorId, channel, content, allowed } = source
  const { users, guilds } = world.state
  const mayAll = may(world, authorId, channel, 'MentionEveryone')
  if (allowed) checkAllowed(allowed)
  const everyone = /@(everyone|here)/.test(content) && mayAll && isAllowed(allowed, 'everyone', [], '')
  const named = idsIn(content, /<@!?(\d+)>/g).filter((id) => users.has(id))
  const roles = idsIn(content, /<@&(\d+)>/g).filter((id) => [...guilds.values()].some((guild) => guild.roles.has(id)))
  return {
    everyone,
    users: [...named.filter((id) => isAllowed(allowed, 'users', allowed?.users, id)), ...repliedPing(source)],
    roles: mayAll ? roles.filter((id) => isAllowed(allowed, 'roles', allowed?.roles, id)) : [],
  }
}
