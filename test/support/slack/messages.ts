import { publishMessage } from './events.ts'
import type { Channel, Message } from './model.ts'
import { wireMessage } from './wire.ts'
import type { Workspace } from './workspace.ts'

export type Draft = Omit<Message, 'channel' | 'ts' | 'blocks' | 'files'> & Partial<Pick<Message, 'blocks' | 'files'>>

/** Puts a new message into the channel and tells the bot, if it listens; nobody hears of an ephemeral one. */
export const postMessage = (workspace: Workspace, channel: Channel, draft: Draft): Message => {
  const ts = workspace.state.mintTs()
  const message: Message = { blocks: [], files: [], ...draft, channel: channel.id, ts }
  workspace.state.put(message)
  if (!message.ephemeralTo) publishMessage(workspace, channel, wireMessage(message, workspace))
  workspace.journal.changed()
  return message
}

const changedOf = (workspace: Workspace, { channel }: Message): Channel | undefined =>
  workspace.state.channels.get(channel)

export const editMessage = (workspace: Workspace, before: Message, change: Partial<Message>): Message => {
  const edited = { user: before.user, ts: workspace.state.mintTs() }
  const message: Message = { ...before, ...change, edited }
  workspace.state.put(message)
  const channel = changedOf(workspace, message)
  if (channel && !message.ephemeralTo)
    publishMessage(workspace, channel, {
      type: 'message',
      subtype: 'message_changed',
      hidden: true,
      message: wireMessage(message, workspace),
      previous_message: wireMessage(before, workspace),
      ts: edited.ts,
    })
  workspace.journal.changed()
  return message
}

/** A root that has replies leaves a tombstone, so that the thread stays; anything else is gone. */
export const deleteMessage = (workspace: Workspace, message: Message): void => {
  const { state, journal } = workspace
  const { channel: id, ts } = message
  const replies = state.threadOf(id, ts).some((reply) => reply.ts !== ts)
  const gone = { text: 'This message was deleted.', blocks: [], files: [], subtype: 'tombstone', byBot: false } as const
  if (replies) state.put({ ...message, ...gone, user: 'USLACKBOT', metadata: undefined })
  else state.remove(id, ts)
  const channel = changedOf(workspace, message)
  if (channel && !message.ephemeralTo)
    publishMessage(workspace, channel, {
      type: 'message',
      subtype: 'message_deleted',
      hidden: true,
      deleted_ts: ts,
      previous_message: wireMessage(message, workspace),
      ts: state.mintTs(),
    })
  journal.changed()
}
