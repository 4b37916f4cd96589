import {
  ChannelType,
  type Client,
  type GuildBasedChannel,
  PermissionFlagsBits,
  type PermissionsBitField,
  type TextBasedChannel,
} from 'discord.js'
import type { Identity } from '../../core/records/people.ts'
import type { Place } from '../../core/records/submission.ts'
import { directMessages } from '../places.ts'
import type { Asked } from './desk.ts'
import { readThreadName } from './threads.ts'

/** What a submission's messages need; without the right to start threads, they are replies. */
const needed = [
  ['View Channel', PermissionFlagsBits.ViewChannel],
  ['Send Messages', PermissionFlagsBits.SendMessages],
  ['Read Message History', PermissionFlagsBits.ReadMessageHistory],
] as const

/** Names, as Discord's own settings show them, of what the bot may not do. */
export function missingIn(permissions: Readonly<PermissionsBitField> | null): string[] {
  if (permissions === null) return []
  return needed.filter(([, bit]) => !permissions.has(bit)).map(([name]) => name)
}

export type Where = Pick<Asked, 'channel' | 'channelName' | 'direct' | 'thread'>

/**
 * Where something was said: what is said in a thread belongs to the channel it hangs in, and to the submission that it
 * is about if it is a thread of ours.
 */
export async function whereOf(client: Client<true>, channelId: string, guildId: string | null): Promise<Where> {
  if (guildId === null) return { channel: channelId, channelName: '', direct: true }
  const channel = client.channels.cache.get(channelId) ?? (await client.channels.fetch(channelId).catch(() => null))
  if (channel === null || channel.isDMBased()) return { channel: channelId, channelName: '', direct: false }
  if (!channel.isThread()) return { channel: channelId, channelName: channel.name, direct: false }
  const { parent, ownerId, name } = channel
  const about = ownerId === client.user.id ? readThreadName(name) : undefined
  const place = parent !== null && takesMessages(parent) ? parent : channel
  return {
    ...{ channel: place.id, channelName: parent?.name ?? name, direct: false },
    ...(about === undefined ? {} : { thread: about }),
  }
}

/** A forum has only threads, so a submission there has replies. */
function takesMessages(parent: GuildBasedChannel): parent is GuildBasedChannel & TextBasedChannel {
  return parent.type === ChannelType.GuildText || parent.type === ChannelType.GuildAnnouncement
}

interface Somewhere {
  readonly guildId: string | null
  readonly channelId: string | null
  readonly channel: { isThread(): boolean; readonly parentId?: string | null } | null
}

/** The channel that something was done in, or that its thread hangs in, as far as Discord said so with it. */
export function placeOf(identity: Identity, { guildId, channelId, channel }: Somewhere): Place {
  if (guildId === null) return directMessages('discord', identity)
  const parent = channel?.isThread() === true ? channel.parentId : undefined
  return { platform: 'discord', workspace: identity.workspace, channel: parent ?? channelId ?? '' }
}
