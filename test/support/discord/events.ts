import type { Channel, Json, Message } from './model.ts'
import { wireChannel } from './wire/channel.ts'
import { wireMessage } from './wire/message.ts'
import { wirePartialMember } from './wire/people.ts'
import type { World } from './world.ts'

const check = ({ specification, journal }: World, event: string, schema: string, part: Json): void => {
  const wrong = specification.checkPart(schema, part)
  if (wrong !== undefined) journal.fail('answer', event, wrong)
}

const channelOf = ({ state }: World, id: string): Channel => {
  const channel = state.channels.get(id)
  if (!channel) throw new Error(`there is no channel ${id}`)
  return channel
}

/** Without the message content intent a bot reads what it wrote, what names it, and what is said to it alone. */
const alwaysReadable = ({ identity }: World, { author, pings }: Message, { guild }: Channel): boolean =>
  author.id === identity.botUserId || pings.users.includes(identity.botUserId) || !guild

/** Tells the gateway of a message. Ephemeral ones are never told. */
export const publishMessage = (world: World, event: 'MESSAGE_CREATE' | 'MESSAGE_UPDATE', message: Message): void => {
  if (message.ephemeralTo !== undefined) return
  const place = channelOf(world, message.channelId)
  const { guild } = place
  const member = guild?.members.get(message.author.id)
  const around = {
    channel_type: place.type,
    ...(guild ? { guild_id: guild.id } : {}),
    ...(member ? { member: wirePartialMember(member) } : {}),
  }
  const full = wireMessage(world, message)
  check(world, event, 'MessageResponse', full)
  const hidden = alwaysReadable(world, message, place) ? full : wireMessage(world, message, false)
  world.gateway.sendMessage(event, { ...full, ...around }, { ...hidden, ...around }, place)
}

export const publishDeletion = (world: World, { id, channelId }: Message): void => {
  const place = channelOf(world, channelId)
  const guild = place.guild ? { guild_id: place.guild.id } : {}
  world.gateway.send('MESSAGE_DELETE', { id, channel_id: channelId, ...guild }, place)
}

type ChannelEvent = `${'CHANNEL' | 'THREAD'}_${'CREATE' | 'UPDATE' | 'DELETE'}`

/** Tells the gateway of a channel or a thread. */
export const publishChannel = (world: World, event: ChannelEvent, channel: Channel): void => {
  const data = wireChannel(channel)
  check(world, event, channel.thread ? 'ThreadResponse' : 'GuildChannelResponse', data)
  world.gateway.send(event, event === 'THREAD_CREATE' ? { ...data, newly_created: true } : data, channel)
}
