import { z } from 'zod'
import { violation } from '../api-error.ts'
import { editMessage, postMessage } from '../messages.ts'
import type { Message } from '../model.ts'
import type { Workspace } from '../workspace.ts'
import { contentArgs, readContent } from './content.ts'
import { json, method, ts } from './method.ts'
import { checkThread, ownMessage, visibleChannel, writableChannel } from './places.ts'

const scopes = ['chat:write']
/** Text comes alone or in chunks, as the SDK's own streamer sends it. The other kinds of chunk nobody here needs. */
const textArgs = {
  markdown_text: z.string().optional(),
  chunks: json(z.array(z.strictObject({ type: z.literal('markdown_text'), text: z.string() }))).optional(),
}

interface TextArgs {
  readonly markdown_text?: string | undefined
  readonly chunks?: readonly { readonly text: string }[] | undefined
}

const textOf = ({ limits }: Workspace, { markdown_text = '', chunks = [] }: TextArgs): string => {
  const text = [markdown_text, ...chunks.map((chunk) => chunk.text)].join('')
  if (text.length > limits.appendLength) throw violation('msg_too_long')
  return text
}

const streamed = (workspace: Workspace, id: string, at: string): Message =>
  ownMessage(workspace, visibleChannel(workspace, id), at, 'message_not_owned_by_app')

export const startStreamMethod = method({
  tier: 'tier2',
  scopes,
  args: {
    channel: z.string(),
    thread_ts: ts.optional(),
    ...textArgs,
    recipient_user_id: z.string().optional(),
    recipient_team_id: z.string().optional(),
  },
  run(workspace, { channel: id, thread_ts, recipient_user_id, recipient_team_id, ...texts }) {
    const channel = writableChannel(workspace, id)
    if (channel.kind !== 'im' && !recipient_user_id) throw violation('missing_recipient_user_id')
    if (channel.kind !== 'im' && !recipient_team_id) throw violation('missing_recipient_team_id')
    if (channel.kind === 'im' && !thread_ts) throw violation('invalid_arguments', '[ERROR] thread_ts is missing')
    checkThread(workspace, channel, thread_ts)
    const fields = { user: workspace.identity.botUserId, byBot: true, thread_ts, text: textOf(workspace, texts) }
    const message = postMessage(workspace, channel, fields)
    workspace.streams.start(channel.id, message.ts, message.text.length)
    return { channel: channel.id, ts: message.ts }
  },
})

export const appendStreamMethod = method({
  tier: 'tier4',
  scopes,
  args: { channel: z.string(), ts, ...textArgs },
  run(workspace, { channel, ts: at, ...texts }) {
    const message = streamed(workspace, channel, at)
    const more = textOf(workspace, texts)
    if (more === '') throw violation('no_text')
    workspace.streams.append(message.channel, at, more.length)
    workspace.state.put({ ...message, text: message.text + more })
    workspace.journal.changed()
    return { channel: message.channel, ts: at }
  },
})

export const stopStreamMethod = method({
  tier: 'tier2',
  scopes,
  args: {
    channel: z.string(),
    ts,
    ...textArgs,
    blocks: json(z.array(z.unknown())).optional(),
    metadata: contentArgs.metadata,
  },
  run(workspace, { channel, ts: at, blocks, metadata, ...texts }) {
    const message = streamed(workspace, channel, at)
    const more = textOf(workspace, texts)
    workspace.streams.append(message.channel, at, more.length)
    workspace.streams.stop(message.channel, at)
    const { text: _, ...content } = readContent(workspace, { blocks, metadata }, { ...message, text: ' ' })
    editMessage(workspace, message, { ...content, text: message.text + more })
    return {}
  },
})
