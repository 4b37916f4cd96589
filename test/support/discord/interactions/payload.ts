import type { Interaction, Json, User } from '../model.ts'
import { bits, permissionsIn } from '../permissions.ts'
import { wireChannel } from '../wire/channel.ts'
import { wireMessage } from '../wire/message.ts'
import { wireMember, wireUser } from '../wire/people.ts'
import type { World } from '../world.ts'

/** Discord's numbers for the kinds. */
export const interactionTypes = { command: 2, component: 3, autocomplete: 4, modal: 5 } as const

/** Who did it: a member of the server, or just a person. */
const actor = (world: World, { channel }: Interaction, user: User): Json => {
  const member = channel.guild?.members.get(user.id)
  if (!member) return { user: wireUser(user) }
  return { member: { ...wireMember(member), permissions: String(permissionsIn(world, user.id, channel)) } }
}

const place = ({ channel }: Interaction): Json => {
  const { guild } = channel
  if (!guild) return { context: 1, authorizing_integration_owners: { 0: '0' } }
  return {
    guild_id: guild.id,
    guild: { id: guild.id, locale: 'en-US', features: [] },
    guild_locale: 'en-US',
    context: 0,
    authorizing_integration_owners: { 0: guild.id },
  }
}

/** What the bot may do there even where the channel's permissions do not say so. */
const granted = bits(['EmbedLinks', 'AttachFiles', 'MentionEveryone'])

/** The body of INTERACTION_CREATE. */
export const interactionPayload = (world: World, interaction: Interaction, data: Json): Json => {
  const { id, token, kind, user, channel, source } = interaction
  const permissions = permissionsIn(world, world.identity.botUserId, channel) | granted
  return {
    id,
    token,
    application_id: world.identity.applicationId,
    type: interactionTypes[kind],
    version: 1,
    data,
    channel_id: channel.id,
    channel: { ...wireChannel(channel), permissions: String(permissionsIn(world, user.id, channel)) },
    ...actor(world, interaction, user),
    ...place(interaction),
    ...(source && kind !== 'command' ? { message: wireMessage(world, source) } : {}),
    app_permissions: String(permissions),
    locale: 'en-US',
    entitlements: [],
    entitlement_sku_ids: [],
    attachment_size_limit: channel.guild?.fileBytes ?? world.limits.fileBytes,
  }
}
