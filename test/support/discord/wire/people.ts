import type { APIGuildMember, APIRole, APIUser } from 'discord.js'
import type { Member, Role, User } from '../model.ts'

/** Discord has a type for each kind of flags; nobody here has any. */
const noFlags: number = 0

export const wireUser = ({ id, name, bot }: User) =>
  ({
    id,
    username: name,
    discriminator: '0',
    global_name: bot ? null : name,
    avatar: null,
    bot,
    public_flags: noFlags,
    flags: noFlags,
    primary_guild: null,
  }) satisfies APIUser

const iso = (time: number): string => new Date(time).toISOString()

const partialMember = ({ nick, roles, joinedAt }: Member) => ({
  nick: nick ?? null,
  avatar: null,
  banner: null,
  roles: [...roles],
  joined_at: iso(joinedAt),
  premium_since: null,
  deaf: false,
  mute: false,
  pending: false,
  communication_disabled_until: null,
  flags: noFlags,
})

export const wireMember = (member: Member) =>
  ({ ...partialMember(member), user: wireUser(member.user) }) satisfies APIGuildMember

/** As it comes with a message, whose author it is. */
export const wirePartialMember = partialMember

export const wireRole = ({ id, name, permissions, managed }: Role, position: number, botId: string) =>
  ({
    id,
    name,
    permissions: String(permissions),
    position,
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    managed,
    mentionable: false,
    icon: null,
    unicode_emoji: null,
    flags: noFlags,
    ...(managed ? { tags: { bot_id: botId } } : {}),
  }) satisfies APIRole
