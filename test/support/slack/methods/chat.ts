import { z } from 'zod'
import { circumstance } from '../api-error.ts'
import { deleteMessage, editMessage, postMessage } from '../messages.ts'
import { wireMessage } from '../wire.ts'
import { contentArgs, readContent } from './content.ts'
import { flag, method, ts } from './method.ts'
import { checkThread, joinedChannel, ownMessage, visibleChannel, writableChannel } from './places.ts'

const scopes = ['chat:write']

export const postMessageMethod = method({
  tier: 'posting',
  perChannel: true,
  scopes,
  args: { channel: z.string(), thread_ts: ts.optional(), reply_broadcast: flag.optional(), ...contentArgs },
  run(workspace, { channel: id, thread_ts, reply_broadcast, ...content }) {
    const channel = writableChannel(workspace, id)
    checkThread(workspace, channel, thread_ts)
    const subtype = reply_broadcast ? ('thread_broadcast' as const) : undefined
    const { botUserId: user } = workspace.identity
    const fields = { user, byBot: true, thread_ts, subtype, ...readContent(workspace, content) }
    const message = postMessage(workspace, channel, fields)
    return { channel: channel.id, ts: message.ts, message: wireMessage(message, workspace) }
  },
})

export const updateMethod = method({
  tier: 'tier3',
  scopes,
  args: { channel: z.string(), ts, reply_broadcast: flag.optional(), ...contentArgs },
  run(workspace, { channel: id, ts: at, reply_broadcast: _, ...content }) {
    const channel = visibleChannel(workspace, id)
    if (channel.archived) throw circumstance('is_archived')
    const before = ownMessage(workspace, channel, at, 'cant_update_message')
    if (workspace.streams.isLive(channel.id, at)) throw circumstance('streaming_state_conflict')
    const message = editMessage(workspace, before, readContent(workspace, content, before))
    const { ts: _ts, thread_ts: _thread, parent_user_id: _parent, ...rest } = wireMessage(message, workspace)
    return { channel: channel.id, ts: at, text: message.text, message: rest }
  },
})

export const deleteMethod = method({
  tier: 'tier3',
  scopes,
  args: { channel: z.string(), ts },
  run(workspace, { channel: id, ts: at }) {
    const channel = visibleChannel(workspace, id)
    deleteMessage(workspace, ownMessage(workspace, channel, at, 'cant_delete_message'))
    return { channel: channel.id, ts: at }
  },
})

export const getPermalinkMethod = method({
  tier: 'tier4',
  scopes: [],
  args: { channel: z.string(), message_ts: ts },
  run(workspace, { channel: id, message_ts }) {
    const channel = visibleChannel(workspace, id)
    const message = workspace.state.find(channel.id, message_ts)
    if (!message) throw circumstance('message_not_found')
    const thread = message.thread_ts ? `?thread_ts=${message.thread_ts}&cid=${channel.id}` : ''
    const path = `/archives/${channel.id}/p${message_ts.replace('.', '')}${thread}`
    return { channel: channel.id, permalink: `${workspace.baseUrl}${path}` }
  },
})

export const postEphemeralMethod = method({
  tier: 'posting',
  perChannel: true,
  scopes,
  args: { channel: z.string(), user: z.string(), thread_ts: ts.optional(), ...contentArgs },
  run(workspace, { channel: id, user, thread_ts, ...content }) {
    const channel = joinedChannel(workspace, id)
    if (channel.archived) throw circumstance('is_archived')
    if (!channel.members.has(user)) throw circumstance('user_not_in_channel')
    checkThread(workspace, channel, thread_ts)
    const fields = { user: workspace.identity.botUserId, byBot: true, thread_ts, ephemeralTo: user }
    const message = postMessage(workspace, channel, { ...fields, ...readContent(workspace, content) })
    return { message_ts: message.ts }
  },
})
