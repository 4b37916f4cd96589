import { z } from 'zod'
import { circumstance, violation } from '../api-error.ts'
import type { Message } from '../model.ts'
import { type Json, wireChannel, wireMessage } from '../wire.ts'
import type { Workspace } from '../workspace.ts'
import { flag, method, ts, whole } from './method.ts'
import { joinedChannel, visibleChannel } from './places.ts'

const readScopes = ['channels:read', 'groups:read', 'im:read']
const historyScopes = ['channels:history', 'groups:history', 'im:history']

const pageArgs = {
  cursor: z.string().optional(),
  limit: whole.optional(),
  oldest: z.string().optional(),
  latest: z.string().optional(),
  inclusive: flag.optional(),
  include_all_metadata: flag.optional(),
}

interface Page {
  readonly cursor?: string | undefined
  readonly limit?: number | undefined
  readonly oldest?: string | undefined
  readonly latest?: string | undefined
  readonly inclusive?: boolean | undefined
  readonly include_all_metadata?: boolean | undefined
}

const within = (
  { oldest = '0', latest = '9999999999.999999', inclusive = false }: Page,
  { ts: at }: Message,
): boolean => {
  const [point, from, to] = [Number(at), Number(oldest), Number(latest)]
  return inclusive ? point >= from && point <= to : point > from && point < to
}

/** Metadata stays away unless it is asked for; roots tell how much hangs on them. */
const listed = (workspace: Workspace, message: Message, page: Page): Json => {
  const { metadata, ...rest } = wireMessage(message, workspace)
  const replies = workspace.state.threadOf(message.channel, message.ts).filter((reply) => reply.ts !== message.ts)
  const thread = { thread_ts: message.ts, reply_count: replies.length, latest_reply: replies.at(-1)?.ts }
  return {
    ...rest,
    ...(replies.length > 0 ? thread : {}),
    ...(page.include_all_metadata && metadata ? { metadata } : {}),
  }
}

const pageOf = (workspace: Workspace, all: readonly Message[], page: Page): Json => {
  const from = page.cursor === undefined || page.cursor === '' ? 0 : Number(page.cursor)
  if (!Number.isInteger(from)) throw violation('invalid_cursor')
  const wanted = all.filter((message) => within(page, message))
  const to = from + Math.min(page.limit ?? 100, 999)
  return {
    messages: wanted.slice(from, to).map((message) => listed(workspace, message, page)),
    has_more: to < wanted.length,
    ...(to < wanted.length ? { response_metadata: { next_cursor: String(to) } } : {}),
  }
}

export const historyMethod = method({
  tier: 'tier3',
  scopes: historyScopes,
  args: { channel: z.string(), ...pageArgs },
  run(workspace, { channel: id, ...page }) {
    const channel = joinedChannel(workspace, id)
    const top = workspace.state
      .messagesIn(channel.id)
      .filter(
        (message) => !message.thread_ts || message.thread_ts === message.ts || message.subtype === 'thread_broadcast',
      )
    return pageOf(workspace, top.toReversed(), page)
  },
})

export const repliesMethod = method({
  tier: 'tier3',
  scopes: historyScopes,
  args: { channel: z.string(), ts, ...pageArgs },
  run(workspace, { channel: id, ts: root, ...page }) {
    const channel = joinedChannel(workspace, id)
    const thread = workspace.state.threadOf(channel.id, root)
    if (thread.length === 0) throw circumstance('thread_not_found')
    return pageOf(workspace, thread, page)
  },
})

export const infoMethod = method({
  tier: 'tier3',
  scopes: readScopes,
  args: { channel: z.string(), include_num_members: flag.optional(), include_locale: flag.optional() },
  run: (workspace, { channel }) => ({ channel: wireChannel(visibleChannel(workspace, channel), workspace) }),
})

export const membersMethod = method({
  tier: 'tier4',
  scopes: readScopes,
  args: { channel: z.string(), cursor: z.string().optional(), limit: whole.optional() },
  run: (workspace, { channel }) => ({
    members: [...visibleChannel(workspace, channel).members],
    response_metadata: { next_cursor: '' },
  }),
})

export const openMethod = method({
  tier: 'tier3',
  scopes: ['im:write'],
  args: { users: z.string(), return_im: flag.optional() },
  run(workspace, { users: id, return_im }) {
    const user = workspace.state.users.get(id)
    if (!user) throw circumstance('user_not_found')
    if (user.bot) throw violation('cannot_dm_bot')
    if (user.deactivated) throw circumstance('user_disabled')
    const channel = workspace.state.directOf(id)
    return { channel: return_im ? wireChannel(channel, workspace) : { id: channel.id } }
  },
})
