import type { Channel, Json, Overwrite, ThreadFacts } from '../model.ts'
import { wireUser } from './people.ts'

const iso = (time: number): string => new Date(time).toISOString()

const wireOverwrite = ({ id, kind, allow, deny }: Overwrite): Json => ({
  id,
  type: kind === 'role' ? 0 : 1,
  allow: String(allow),
  deny: String(deny),
})

export const wireThreadMember = (thread: Channel, facts: ThreadFacts, userId: string): Json => ({
  id: thread.id,
  user_id: userId,
  join_timestamp: iso(facts.createdAt),
  flags: 0,
})

const wireThread = (channel: Channel, facts: ThreadFacts): Json => ({
  id: channel.id,
  type: channel.type,
  guild_id: channel.guild?.id,
  parent_id: facts.parentId,
  owner_id: facts.ownerId,
  name: channel.name,
  flags: 0,
  last_message_id: channel.lastMessageId ?? null,
  rate_limit_per_user: 0,
  message_count: facts.messageCount,
  member_count: facts.members.size,
  total_message_sent: facts.messageCount,
  thread_metadata: {
    archived: facts.archived,
    archive_timestamp: iso(facts.archivedAt),
    auto_archive_duration: facts.autoArchiveMinutes,
    locked: facts.locked,
    create_timestamp: iso(facts.createdAt),
  },
})

const wireDirect = ({ id, lastMessageId, recipient }: Channel): Json => ({
  id,
  type: 1,
  flags: 0,
  last_message_id: lastMessageId ?? null,
  recipients: recipient ? [wireUser(recipient)] : [],
})

export const wireChannel = (channel: Channel): Json => {
  if (channel.thread) return wireThread(channel, channel.thread)
  if (!channel.guild) return wireDirect(channel)
  return {
    id: channel.id,
    type: channel.type,
    guild_id: channel.guild.id,
    name: channel.name,
    position: 0,
    flags: 0,
    parent_id: null,
    topic: null,
    nsfw: false,
    rate_limit_per_user: 0,
    last_message_id: channel.lastMessageId ?? null,
    permission_overwrites: channel.overwrites.map(wireOverwrite),
  }
}
