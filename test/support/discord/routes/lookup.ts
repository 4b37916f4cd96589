import { circumstance, invalidForm, missingAccess, unknownChannel, unknownGuild, unknownMessage } from '../api-error.ts'
import { type ApiRequest, param } from '../http/route.ts'
import { type MessageRequest, messageRequest } from '../messages/request.ts'
import type { Channel, Guild, Message, User } from '../model.ts'
import { need } from '../permissions.ts'
import type { World } from '../world.ts'

/** The channel of the path, which the bot has to see. */
export const channelOf = (world: World, request: ApiRequest): Channel => {
  const channel = world.state.channels.get(param(request, 'channel_id'))
  if (!channel) throw unknownChannel()
  if (channel.guild && !channel.guild.members.has(world.identity.botUserId)) throw missingAccess()
  need(world, channel)
  return channel
}

/** The message of the path, in the channel of the path; ephemeral ones are not found. */
export const messageOf = ({ state }: World, request: ApiRequest, channel: Channel): Message => {
  const message = state.messages.get(param(request, 'message_id'))
  if (message?.channelId !== channel.id || message.ephemeralTo !== undefined) throw unknownMessage()
  return message
}

export const guildOf = ({ state, identity }: World, request: ApiRequest): Guild => {
  const guild = state.guilds.get(param(request, 'guild_id'))
  if (!guild) throw unknownGuild()
  if (!guild.members.has(identity.botUserId)) throw missingAccess()
  return guild
}

export const userOf = ({ state }: World, id: string): User => {
  const user = state.users.get(id)
  if (!user) throw circumstance(404, 10013, 'Unknown User')
  return user
}

/** The bot's own user. */
export const botOf = (world: World): User => userOf(world, world.identity.botUserId)

export const messageRequestOf = (body: unknown): MessageRequest => {
  const { data, error } = messageRequest.safeParse(body)
  if (data) return data
  const [issue] = error.issues
  throw invalidForm((issue?.path ?? []).map(String), 'UNION_TYPE_CHOICES', issue?.message ?? 'invalid')
}

/** A person's thread is theirs to name and to archive; others need a permission. */
export const isThreadOwner = ({ identity }: World, { thread }: Channel): boolean =>
  thread?.ownerId === identity.botUserId

export const refuseArchived = ({ thread }: Channel): void => {
  if (thread?.archived) throw circumstance(400, 50083, 'Thread is archived')
}
