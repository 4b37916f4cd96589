import type { Interaction, Json, Message } from '../model.ts'
import type { World } from '../world.ts'
import { wireChannel } from './channel.ts'
import { wireComponents } from './components.ts'
import { wireFile } from './file.ts'
import { wireUser } from './people.ts'

const isoOrNull = (time: number | undefined): string | null =>
  time === undefined ? null : new Date(time).toISOString()

const metadata = (interaction: Interaction): Json => {
  const { id, kind, user, source, opener, channel } = interaction
  const owners = channel.guild ? { 0: channel.guild.id } : { 0: '0' }
  const type = { command: 2, autocomplete: 4, component: 3, modal: 5 }[kind]
  return {
    id,
    type,
    user: wireUser(user),
    authorizing_integration_owners: owners,
    ...(kind === 'component' && source ? { interacted_message_id: source.id } : {}),
    ...(kind === 'modal' && opener ? { triggering_interaction_metadata: metadata(opener) } : {}),
  }
}

const mentioned = ({ state }: World, { pings }: Message): Json[] =>
  pings.users.flatMap((id) => {
    const user = state.users.get(id)
    return user ? [wireUser(user)] : []
  })

const reactionsOf = ({ identity }: World, { reactions }: Message): Json[] =>
  [...reactions].map(([name, people]) => ({
    emoji: { id: null, name },
    count: people.size,
    count_details: { burst: 0, normal: people.size },
    burst_colors: [],
    me_burst: false,
    me: people.has(identity.botUserId),
  }))

/** What a bot that may not read messages gets of them: nothing people wrote. */
const hidden = { content: '', embeds: [], components: [], attachments: [] }

const extras = (world: World, message: Message): Json => {
  const { interaction, nonce, replyTo, threadId, reactions, channelId } = message
  const thread = threadId === undefined ? undefined : world.state.channels.get(threadId)
  return {
    ...(nonce === undefined ? {} : { nonce }),
    ...(thread ? { thread: wireChannel(thread) } : {}),
    ...(replyTo === undefined
      ? {}
      : { message_reference: { type: 0, channel_id: channelId, message_id: replyTo, ...guildOf(world, channelId) } }),
    ...(reactions.size > 0 ? { reactions: reactionsOf(world, message) } : {}),
    ...(interaction
      ? {
          interaction_metadata: metadata(interaction),
          webhook_id: world.identity.applicationId,
          application_id: world.identity.applicationId,
        }
      : {}),
  }
}

const guildOf = ({ state }: World, channelId: string): Json => {
  const guild = state.channels.get(channelId)?.guild
  return guild ? { guild_id: guild.id } : {}
}

export const wireMessage = (world: World, message: Message, readable = true): Json => ({
  id: message.id,
  type: message.type,
  channel_id: message.channelId,
  author: wireUser(message.author),
  content: message.content,
  timestamp: new Date(message.createdAt).toISOString(),
  edited_timestamp: isoOrNull(message.editedAt),
  tts: false,
  mention_everyone: message.pings.everyone,
  mentions: mentioned(world, message),
  mention_roles: [...message.pings.roles],
  attachments: message.attachments.map((file) => wireFile(world, file)),
  embeds: [...message.embeds],
  components: wireComponents(world, message),
  pinned: false,
  flags: message.flags,
  ...extras(world, message),
  ...(readable ? {} : hidden),
})
