import { z } from 'zod'
import { circumstance, invalidForm, violation } from '../api-error.ts'
import { publishChannel, publishMessage } from '../events.ts'
import { type Answer, type ApiRequest, nothing, ok, param, type Route, withBotToken } from '../http/route.ts'
import { hasThread } from '../messages/flags.ts'
import type { Channel, ThreadFacts } from '../model.ts'
import { may, need } from '../permissions.ts'
import { activeThreadsOf } from '../threads.ts'
import { wireChannel, wireThreadMember } from '../wire/channel.ts'
import type { World } from '../world.ts'
import { channelOf, messageOf, refuseArchived, userOf } from './lookup.ts'

export const autoArchiveChoices: readonly number[] = [60, 1440, 4320, 10_080]

const threadRequest = z.looseObject({
  name: z.string().min(1).max(100),
  auto_archive_duration: z.number().nullish(),
  type: z.number().nullish(),
})
type ThreadRequest = z.infer<typeof threadRequest>

const parse = (body: unknown): ThreadRequest => {
  const { data } = threadRequest.safeParse(body)
  if (!data) throw invalidForm(['name'], 'BASE_TYPE_BAD_LENGTH', 'Must be between 1 and 100 in length.')
  const { auto_archive_duration: minutes } = data
  if (minutes !== null && minutes !== undefined && !autoArchiveChoices.includes(minutes))
    throw invalidForm(['auto_archive_duration'], 'BASE_TYPE_CHOICES', `Value must be one of {${autoArchiveChoices}}.`)
  return data
}

/** Text and announcements; a thread in a thread, or in a voice channel, is refused. */
const takesThreads = ({ type }: Channel): boolean => type === 0 || type === 5

const open = (world: World, parent: Channel, id: string, request: ThreadRequest, type: number): Channel => {
  const { state, clock, identity, limits } = world
  const { guild } = parent
  if (!guild || !takesThreads(parent)) throw circumstance(400, 50024, 'Cannot execute action on this channel type')
  if (activeThreadsOf(world, guild.id) >= limits.activeThreads)
    throw circumstance(400, 160006, 'Maximum number of active threads reached')
  const thread: ThreadFacts = {
    parentId: parent.id,
    ownerId: identity.botUserId,
    createdAt: clock.now(),
    members: new Set([identity.botUserId]),
    archived: false,
    locked: false,
    archivedAt: clock.now(),
    autoArchiveMinutes: request.auto_archive_duration ?? 1440,
    messageCount: 0,
  }
  const facts = { overwrites: [], recipient: undefined, lastMessageId: undefined }
  const channel: Channel = { id, type, name: request.name, guild, thread, ...facts }
  state.channels.set(id, channel)
  publishChannel(world, 'THREAD_CREATE', channel)
  return channel
}

/** The thread gets the id of the message it starts from. */
const fromMessage = (world: World, request: ApiRequest): Answer => {
  const parent = channelOf(world, request)
  const message = messageOf(world, request, parent)
  const wanted = parse(request.body)
  need(world, parent, 'CreatePublicThreads', 'ReadMessageHistory')
  if (world.state.channels.has(message.id))
    throw circumstance(400, 160004, 'A thread has already been created for this message')
  const channel = open(world, parent, message.id, wanted, parent.type === 5 ? 10 : 11)
  message.threadId = channel.id
  message.flags |= hasThread
  publishMessage(world, 'MESSAGE_UPDATE', message)
  return { status: 201, body: wireChannel(channel) }
}

const privateThread = 12

const withoutMessage = (world: World, request: ApiRequest): Answer => {
  const parent = channelOf(world, request)
  const wanted = parse(request.body)
  const type = wanted.type ?? privateThread
  need(world, parent, type === privateThread ? 'CreatePrivateThreads' : 'CreatePublicThreads')
  return { status: 201, body: wireChannel(open(world, parent, world.state.mintId(), wanted, type)) }
}

const threadOf = (world: World, request: ApiRequest): readonly [Channel, ThreadFacts] => {
  const channel = channelOf(world, request)
  if (!channel.thread) throw violation(400, 50024, 'Cannot execute action on this channel type')
  return [channel, channel.thread]
}

const join = (world: World, request: ApiRequest): Answer => {
  const [channel, thread] = threadOf(world, request)
  refuseArchived(channel)
  const id = request.params.user_id
  if (id !== undefined && !may(world, world.identity.botUserId, channel, 'SendMessagesInThreads'))
    need(world, channel, 'SendMessagesInThreads')
  thread.members.add(id === undefined ? world.identity.botUserId : userOf(world, id).id)
  return nothing
}

const leave = (world: World, request: ApiRequest): Answer => {
  const [channel, thread] = threadOf(world, request)
  refuseArchived(channel)
  if (request.params.user_id !== undefined) need(world, channel, 'ManageThreads')
  thread.members.delete(request.params.user_id ?? world.identity.botUserId)
  return nothing
}

const member = (world: World, request: ApiRequest): Answer => {
  const [channel, thread] = threadOf(world, request)
  const id = param(request, 'user_id')
  if (!thread.members.has(id)) throw circumstance(404, 10007, 'Unknown Member')
  return ok(wireThreadMember(channel, thread, id))
}

const members = (world: World, request: ApiRequest): Answer => {
  const [channel, thread] = threadOf(world, request)
  return ok([...thread.members].map((id) => wireThreadMember(channel, thread, id)))
}

const archived = (world: World, request: ApiRequest): Answer => {
  const parent = channelOf(world, request)
  need(world, parent, 'ReadMessageHistory')
  const threads = [...world.state.channels.values()].filter(
    ({ thread, type }) => thread?.parentId === parent.id && thread.archived && type !== privateThread,
  )
  return ok({ threads: threads.map(wireChannel), members: [], has_more: false })
}

const place = '/channels/{channel_id}'

export const threadRoutes: readonly Route[] = [
  withBotToken('create_thread_from_message', `POST ${place}/messages/{message_id}/threads`, fromMessage),
  withBotToken('create_thread', `POST ${place}/threads`, withoutMessage),
  withBotToken('join_thread', `PUT ${place}/thread-members/@me`, join),
  withBotToken('leave_thread', `DELETE ${place}/thread-members/@me`, leave),
  withBotToken('list_thread_members', `GET ${place}/thread-members`, members),
  withBotToken('get_thread_member', `GET ${place}/thread-members/{user_id}`, member),
  withBotToken('add_thread_member', `PUT ${place}/thread-members/{user_id}`, join),
  withBotToken('delete_thread_member', `DELETE ${place}/thread-members/{user_id}`, leave),
  withBotToken('list_public_archived_threads', `GET ${place}/threads/archived/public`, archived),
]
