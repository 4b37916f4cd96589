import { circumstance, violation } from '../api-error.ts'
import type { Channel, Message } from '../model.ts'
import type { Workspace } from '../workspace.ts'

/** The conversation, or the person's with the bot when a user id is given. What the bot may not see does not exist. */
export const visibleChannel = ({ state, identity }: Workspace, id: string): Channel => {
  const channel = state.users.has(id) ? state.directOf(id) : state.channels.get(id)
  const hidden = channel?.kind !== 'public' && !channel?.members.has(identity.botUserId)
  if (!channel || hidden) throw circumstance('channel_not_found')
  return channel
}

export const joinedChannel = (workspace: Workspace, id: string): Channel => {
  const channel = visibleChannel(workspace, id)
  if (!channel.members.has(workspace.identity.botUserId)) throw circumstance('not_in_channel')
  return channel
}

export const writableChannel = (workspace: Workspace, id: string): Channel => {
  const channel = visibleChannel(workspace, id)
  if (channel.archived) throw circumstance('is_archived')
  const welcome = channel.members.has(workspace.identity.botUserId) || workspace.scopes.has('chat:write.public')
  if (!welcome) throw circumstance('not_in_channel')
  return channel
}

/** A thread hangs on its root: a reply's own `ts` makes one that nobody can see. */
export const checkThread = ({ state }: Workspace, channel: Channel, threadTs: string | undefined): void => {
  if (threadTs === undefined) return
  const root = state.find(channel.id, threadTs)
  if (!root) throw circumstance('thread_not_found')
  if (root.thread_ts !== undefined && root.thread_ts !== root.ts) throw violation('cannot_reply_to_message')
}

/** A message the bot wrote itself and that still stands. */
export const ownMessage = ({ state }: Workspace, channel: Channel, ts: string, otherwise: string): Message => {
  const message = state.find(channel.id, ts)
  if (!message || message.subtype === 'tombstone' || message.ephemeralTo) throw circumstance('message_not_found')
  if (!message.byBot) throw violation(otherwise)
  return message
}
