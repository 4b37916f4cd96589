import type { Guild, Json } from '../model.ts'
import type { World } from '../world.ts'
import { wireChannel } from './channel.ts'
import { wireMember, wireRole } from './people.ts'

export const wireRoles = ({ roles }: Guild, botId: string) =>
  [...roles.values()].map((role, position) => wireRole(role, position, botId))

/** A server as the HTTP API shows it. */
export const wireGuild = ({ identity }: Pick<World, 'identity'>, guild: Guild): Json => ({
  id: guild.id,
  name: guild.name,
  owner_id: guild.ownerId,
  icon: null,
  description: null,
  home_header: null,
  splash: null,
  discovery_splash: null,
  features: [],
  banner: null,
  application_id: null,
  region: 'deprecated',
  afk_channel_id: null,
  afk_timeout: 300,
  system_channel_id: null,
  system_channel_flags: 0,
  widget_enabled: false,
  widget_channel_id: null,
  verification_level: 0,
  roles: wireRoles(guild, identity.botUserId),
  default_message_notifications: 1,
  mfa_level: 0,
  explicit_content_filter: 0,
  max_presences: null,
  max_members: 500_000,
  max_stage_video_channel_users: 50,
  max_video_channel_users: 25,
  vanity_url_code: null,
  premium_tier: 0,
  premium_subscription_count: 0,
  preferred_locale: 'en-US',
  rules_channel_id: null,
  safety_alerts_channel_id: null,
  public_updates_channel_id: null,
  premium_progress_bar_enabled: false,
  nsfw: false,
  nsfw_level: 0,
  emojis: [],
  stickers: [],
  incidents_data: null,
})

/** What comes over the gateway when the bot is there: all of it that needs no privilege. */
export const wireGuildCreate = (world: Pick<World, 'identity' | 'state'>, guild: Guild): Json => {
  const { state, identity } = world
  const own = guild.members.get(identity.botUserId)
  const channels = [...state.channels.values()].filter((channel) => channel.guild === guild && !channel.thread)
  const threads = state.threadsOf(guild.id).filter(({ thread }) => !thread?.archived)
  return {
    ...wireGuild(world, guild),
    joined_at: new Date(own?.joinedAt ?? 0).toISOString(),
    large: false,
    unavailable: false,
    member_count: guild.members.size,
    members: own ? [wireMember(own)] : [],
    channels: channels.map(wireChannel),
    threads: threads.map(wireChannel),
    voice_states: [],
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  }
}
