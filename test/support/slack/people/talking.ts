import { publish } from '../events.ts'
import type { Attachment } from '../form-values.ts'
import { deleteMessage, postMessage } from '../messages.ts'
import type { Channel, Message, SlackFile, User } from '../model.ts'
import { shareFile } from '../sharing.ts'
import { wireMessage } from '../wire.ts'
import type { Workspace } from '../workspace.ts'

interface SayOptions {
  readonly files?: readonly Attachment[]
  /** `ts` of the root to reply to. */
  readonly thread?: string
}

/** What a person does with words and files. All of it returns at once; the bot hears of it in events. */
export interface Talking {
  /** Posts; whoever mentions the bot (`<@…>`) in a channel it is in also raises `app_mention`. Joins the channel first. */
  say(channel: string, text: string, options?: SayOptions): Message
  /** `say` with the bot's mention in front. */
  mention(channel: string, text: string, options?: SayOptions): Message
  /** Writes to the bot alone. */
  direct(text: string, options?: SayOptions): Message
  /** Deletes any message, as its author or an owner of the workspace. */
  delete(message: Pick<Message, 'channel' | 'ts'>): void
  join(channel: string): void
  leave(channel: string): void
}

/** The channel, or a test's typing error. */
export const channelOf = ({ state }: Workspace, id: string): Channel => {
  const channel = state.channels.get(id)
  if (!channel) throw new Error(`there is no channel ${id}`)
  return channel
}

export const enter = (workspace: Workspace, channel: Channel, user: string): void => {
  if (channel.members.has(user)) return
  channel.members.add(user)
  const event = { type: 'member_joined_channel', user, channel: channel.id, team: workspace.identity.teamId }
  publish(
    workspace,
    'member_joined_channel',
    { ...event, channel_type: channel.kind === 'public' ? 'C' : 'G' },
    channel,
  )
}

export const keepAttachment = ({ state, clock }: Workspace, user: string, attachment: Attachment): SlackFile => {
  const { name } = attachment
  const created = Math.floor(clock.now() / 1000)
  return { id: state.mintId('F'), name, title: name, user, bytes: Buffer.from(attachment.bytes), created, channels: [] }
}

const mentionEvent = (workspace: Workspace, channel: Channel, message: Message): void => {
  const { subtype: _, ...event } = wireMessage(message, workspace)
  publish(workspace, 'app_mention', { ...event, type: 'app_mention', channel: channel.id }, channel)
}

export const createTalking = (workspace: Workspace, user: User): Talking => {
  const { identity, state } = workspace
  const mark = `<@${identity.botUserId}>`
  const post = (channel: Channel, text: string, { files = [], thread: thread_ts }: SayOptions): Message => {
    enter(workspace, channel, user.id)
    const kept = files.map((file) => ({ ...keepAttachment(workspace, user.id, file), channels: [channel.id] }))
    for (const file of kept) shareFile(workspace, file, channel)
    const subtype = kept.length > 0 ? ('file_share' as const) : undefined
    const message = postMessage(workspace, channel, {
      user: user.id,
      byBot: false,
      text,
      thread_ts,
      files: kept,
      subtype,
    })
    if (channel.kind !== 'im' && text.includes(mark)) mentionEvent(workspace, channel, message)
    return message
  }
  const say: Talking['say'] = (channel, text, options = {}) => post(channelOf(workspace, channel), text, options)
  return {
    say,
    mention: (channel, text, options) => say(channel, `${mark} ${text}`, options),
    direct: (text, options = {}) => post(state.directOf(user.id), text, options),
    delete({ channel, ts }) {
      const message = state.find(channel, ts)
      if (message) deleteMessage(workspace, message)
    },
    join: (channel) => enter(workspace, channelOf(workspace, channel), user.id),
    leave: (channel) => void channelOf(workspace, channel).members.delete(user.id),
  }
}
