import { publishChannel } from './events.ts'
import type { Channel, Guild, Member, Overwrite, User } from './model.ts'
import { bits, botsPermissions, everyonesPermissions, type PermissionName } from './permissions.ts'
import { wireGuildCreate } from './wire/guild.ts'
import { wireMember } from './wire/people.ts'
import type { World } from './world.ts'

export interface GuildOptions {
  /** What everybody may do. */
  readonly everyone?: readonly PermissionName[]
  /** What the bot may do besides; the least it needs unless told. */
  readonly bot?: readonly PermissionName[]
  /** The largest attachment, in bytes; boosted servers allow more. */
  readonly fileBytes?: number
}

export interface ChannelOptions {
  /** Discord's number for the kind: 0 text (unless told), 2 voice, 5 announcements, 15 forum. */
  readonly type?: number
  /** Taken from everybody, the bot included. */
  readonly deny?: readonly PermissionName[]
  /** Taken from the bot alone. */
  readonly denyBot?: readonly PermissionName[]
  /** Given to the bot, even where it is taken from everybody. */
  readonly allowBot?: readonly PermissionName[]
  /** Only these people, and the bot, see it. */
  readonly only?: readonly { readonly id: string }[]
}

export interface Place {
  readonly id: string
  readonly name: string
}

/** A server, as its owner runs it. Everything takes effect at once. */
export interface Server {
  readonly id: string
  readonly name: string
  channel(name: string, options?: ChannelOptions): Place
  /** Makes a role, or changes what it may do; answers its id. */
  role(name: string, permissions?: readonly PermissionName[]): string
  /** Makes somebody a member, with these roles besides those they have. */
  join(user: { readonly id: string }, roles?: readonly string[]): void
  leave(user: { readonly id: string }): void
  takeRole(user: { readonly id: string }, role: string): void
  setBotPermissions(permissions: readonly PermissionName[]): void
  deny(channel: Place, permissions: readonly PermissionName[]): void
  deleteChannel(channel: Place): void
  kickBot(): void
}

const newMember = (user: User, joinedAt: number): Member => ({ user, roles: new Set(), joinedAt, nick: undefined })

const overwritesOf = (guild: Guild, botId: string, options: ChannelOptions): Overwrite[] => {
  const { deny = [], denyBot = [], allowBot = [], only } = options
  const hidden: readonly PermissionName[] = only ? [...deny, 'ViewChannel'] : deny
  const seen: readonly PermissionName[] = only ? [...allowBot, 'ViewChannel'] : allowBot
  return [
    { id: guild.id, kind: 'role', allow: 0n, deny: bits(hidden) },
    { id: botId, kind: 'member', allow: bits(seen), deny: bits(denyBot) },
    ...(only ?? []).map(({ id }): Overwrite => ({ id, kind: 'member', allow: bits(['ViewChannel']), deny: 0n })),
  ]
}

const createGuild = (world: World, name: string, options: GuildOptions): Guild => {
  const { state, clock, identity, limits } = world
  const id = state.mintId()
  const owner: User = { id: state.mintId(), name: 'owner', bot: false, dmsClosed: false }
  state.users.set(owner.id, owner)
  const everyone = {
    id,
    name: '@everyone',
    managed: false,
    permissions: bits(options.everyone ?? everyonesPermissions),
  }
  const own = { id: state.mintId(), name: 'bot', managed: true, permissions: bits(options.bot ?? botsPermissions) }
  const bot = state.users.get(identity.botUserId)
  if (!bot) throw new Error('the bot has no user')
  const member = newMember(bot, clock.now())
  member.roles.add(own.id)
  return {
    id,
    name,
    ownerId: owner.id,
    fileBytes: options.fileBytes ?? limits.fileBytes,
    roles: new Map([everyone, own].map((role) => [role.id, role])),
    members: new Map([newMember(owner, clock.now()), member].map((each) => [each.user.id, each])),
  }
}

const createChannel = (world: World, guild: Guild, name: string, options: ChannelOptions): Channel => ({
  id: world.state.mintId(),
  type: options.type ?? 0,
  name,
  guild,
  overwrites: overwritesOf(guild, world.identity.botUserId, options),
  recipient: undefined,
  thread: undefined,
  lastMessageId: undefined,
})

const memberOf = (guild: Guild, { id }: { readonly id: string }): Member => {
  const member = guild.members.get(id)
  if (!member) throw new Error(`${id} is not a member of ${guild.name}`)
  return member
}

type Membership = Pick<Server, 'role' | 'join' | 'leave' | 'takeRole' | 'setBotPermissions' | 'kickBot'>

const membership = (world: World, guild: Guild): Membership => {
  const { state, gateway, clock, identity } = world
  const roleNamed = (name: string) => [...guild.roles.values()].find((role) => role.name === name)
  const roleId = (name: string): string => {
    const known = roleNamed(name)
    if (!known) throw new Error(`there is no role ${name}`)
    return known.id
  }
  const told = (event: string, member: Member): void =>
    gateway.send(event, { ...wireMember(member), guild_id: guild.id }, 'guild')
  return {
    role(name, permissions = []) {
      const known = roleNamed(name)
      if (known) known.permissions = bits(permissions)
      const role = known ?? { id: state.mintId(), name, permissions: bits(permissions), managed: false }
      guild.roles.set(role.id, role)
      return role.id
    },
    join(user, roles = []) {
      const known = state.users.get(user.id)
      if (!known) throw new Error(`there is no user ${user.id}`)
      const isNew = !guild.members.has(user.id)
      const member = guild.members.get(user.id) ?? newMember(known, clock.now())
      guild.members.set(user.id, member)
      for (const name of roles) member.roles.add(roleId(name))
      told(isNew ? 'GUILD_MEMBER_ADD' : 'GUILD_MEMBER_UPDATE', member)
    },
    leave(user) {
      const member = memberOf(guild, user)
      guild.members.delete(user.id)
      told('GUILD_MEMBER_REMOVE', member)
    },
    takeRole(user, role) {
      const member = memberOf(guild, user)
      member.roles.delete(roleId(role))
      told('GUILD_MEMBER_UPDATE', member)
    },
    setBotPermissions(permissions) {
      const own = [...guild.roles.values()].find(({ managed }) => managed)
      if (own) own.permissions = bits(permissions)
    },
    kickBot() {
      guild.members.delete(identity.botUserId)
      gateway.send('GUILD_DELETE', { id: guild.id }, 'guild')
    },
  }
}

const places = (world: World, guild: Guild): Pick<Server, 'channel' | 'deny' | 'deleteChannel'> => {
  const { state, identity } = world
  const find = ({ id }: Place): Channel => {
    const channel = state.channels.get(id)
    if (!channel) throw new Error(`there is no channel ${id}`)
    return channel
  }
  return {
    channel(name, options = {}) {
      const channel = createChannel(world, guild, name, options)
      state.channels.set(channel.id, channel)
      publishChannel(world, 'CHANNEL_CREATE', channel)
      return channel
    },
    deny(place, permissions) {
      const channel = find(place)
      channel.overwrites.push({ id: identity.botUserId, kind: 'member', allow: 0n, deny: bits(permissions) })
      publishChannel(world, 'CHANNEL_UPDATE', channel)
    },
    deleteChannel(place) {
      const channel = find(place)
      state.channels.delete(channel.id)
      publishChannel(world, channel.thread ? 'THREAD_DELETE' : 'CHANNEL_DELETE', channel)
    },
  }
}

/** Starts a server with the bot in it. */
export const createServerOf = (world: World, name: string, options: GuildOptions = {}): Server => {
  const guild = createGuild(world, name, options)
  world.state.guilds.set(guild.id, guild)
  world.gateway.send('GUILD_CREATE', wireGuildCreate(world, guild), 'guild')
  return { id: guild.id, name, ...places(world, guild), ...membership(world, guild) }
}
