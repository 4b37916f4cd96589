import { type PermissionResolvable, PermissionsBitField } from 'discord.js'
import { missingAccess, missingPermissions } from './api-error.ts'
import type { Channel, Guild, Member, Overwrite } from './model.ts'
import type { World } from './world.ts'

export type PermissionName = keyof typeof PermissionsBitField.Flags

const everything = PermissionsBitField.All

export const bits = (names: readonly PermissionName[]): bigint =>
  new PermissionsBitField(names satisfies PermissionResolvable).bitfield

/** What everybody may do in a new server, and what an instructor leaves of it. */
export const everyonesPermissions: readonly PermissionName[] = [
  'ViewChannel',
  'ReadMessageHistory',
  'SendMessages',
  'SendMessagesInThreads',
  'AttachFiles',
  'AddReactions',
  'UseApplicationCommands',
]

/** The least a bot with threads, cards and files needs. */
export const botsPermissions: readonly PermissionName[] = [
  'ViewChannel',
  'ReadMessageHistory',
  'SendMessages',
  'SendMessagesInThreads',
  'CreatePublicThreads',
  'EmbedLinks',
  'AttachFiles',
]

const applied = (permissions: bigint, overwrites: readonly Overwrite[]): bigint => {
  const deny = overwrites.reduce((all, overwrite) => all | overwrite.deny, 0n)
  const allow = overwrites.reduce((all, overwrite) => all | overwrite.allow, 0n)
  return (permissions & ~deny) | allow
}

const inGuild = (guild: Guild, member: Member): bigint => {
  if (guild.ownerId === member.user.id) return everything
  const roles = [guild.id, ...member.roles].map((id) => guild.roles.get(id)?.permissions ?? 0n)
  const all = roles.reduce((sum, permissions) => sum | permissions, 0n)
  return (all & bits(['Administrator'])) === 0n ? all : everything
}

/** In Discord's order: everybody's, the roles', the member's own. */
const inChannel = (guild: Guild, member: Member, channel: Channel): bigint => {
  const base = inGuild(guild, member)
  if (base === everything) return base
  const of = (wanted: (overwrite: Overwrite) => boolean) => channel.overwrites.filter(wanted)
  const everyone = applied(
    base,
    of(({ id }) => id === guild.id),
  )
  const roles = applied(
    everyone,
    of(({ id, kind }) => kind === 'role' && member.roles.has(id)),
  )
  return applied(
    roles,
    of(({ id }) => id === member.user.id),
  )
}

/** What somebody may do in a channel; a thread has its parent's permissions. */
export const permissionsIn = ({ state }: World, userId: string, channel: Channel): bigint => {
  const { guild, thread } = channel
  if (!guild) return channel.recipient ? everything : 0n
  const member = guild.members.get(userId)
  const place = thread ? state.channels.get(thread.parentId) : channel
  return member && place ? inChannel(guild, member, place) : 0n
}

export const may = (world: World, userId: string, channel: Channel, name: PermissionName): boolean =>
  (permissionsIn(world, userId, channel) & bits([name])) !== 0n

/** The bot may, or Discord answers 50001 when it cannot see the channel, else 50013. */
export const need = (world: World, channel: Channel, ...names: readonly PermissionName[]): void => {
  const { botUserId } = world.identity
  if (!may(world, botUserId, channel, 'ViewChannel')) throw missingAccess()
  for (const name of names) if (!may(world, botUserId, channel, name)) throw missingPermissions()
}
