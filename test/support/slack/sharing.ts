import { publish } from './events.ts'
import type { Channel, SlackFile } from './model.ts'
import type { Workspace } from './workspace.ts'

/** Keeps a file and tells the bot that it is in the channel. */
export const shareFile = (workspace: Workspace, file: SlackFile, channel: Channel | undefined): void => {
  workspace.state.files.set(file.id, file)
  if (!channel) return
  const event = { type: 'file_shared', file_id: file.id, user_id: file.user, file: { id: file.id } }
  publish(workspace, 'file_shared', { ...event, channel_id: channel.id }, channel)
}
