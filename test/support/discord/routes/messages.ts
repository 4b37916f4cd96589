import { circumstance, missingAccess } from '../api-error.ts'
import { publishDeletion } from '../events.ts'
import { type Answer, type ApiRequest, nothing, ok, type Route, withBotToken } from '../http/route.ts'
import { countLateEdit, editMessage } from '../messages/edit.ts'
import { postMessage } from '../messages/post.ts'
import type { MessageRequest } from '../messages/request.ts'
import type { Channel, Message } from '../model.ts'
import { may, need } from '../permissions.ts'
import { wireMessage } from '../wire/message.ts'
import type { World } from '../world.ts'
import { botOf, channelOf, messageOf, messageRequestOf, refuseArchived } from './lookup.ts'

/** What writing this takes of the bot. */
const checkRights = (world: World, channel: Channel, { embeds, message_reference }: MessageRequest, files: number) => {
  need(world, channel, channel.thread ? 'SendMessagesInThreads' : 'SendMessages')
  if ((embeds ?? []).length > 0) need(world, channel, 'EmbedLinks')
  if (files > 0) need(world, channel, 'AttachFiles')
  if (message_reference && !may(world, world.identity.botUserId, channel, 'ReadMessageHistory'))
    throw circumstance(403, 160002, 'Cannot reply without permission to read message history')
}

/** A message with the same nonce, while Discord remembers it. */
const withSameNonce = (world: World, channel: Channel, request: MessageRequest): Message | undefined => {
  const { state, identity, clock, limits } = world
  const { nonce, enforce_nonce: enforced } = request
  if (!enforced || nonce === null || nonce === undefined) return undefined
  return state
    .messagesIn(channel.id)
    .find(
      (message) =>
        message.author.id === identity.botUserId &&
        String(message.nonce) === String(nonce) &&
        clock.now() - message.createdAt <= limits.nonceMs,
    )
}

const checkPlace = (channel: Channel): void => {
  if (channel.recipient?.dmsClosed) throw circumstance(403, 50007, 'Cannot send messages to this user')
  if (channel.thread?.locked) refuseArchived(channel)
  if (channel.type === 15) throw circumstance(400, 50008, 'Cannot send messages in a non-text channel')
}

const checkReference = ({ state }: World, { message_reference: reference }: MessageRequest): void => {
  if (!reference || state.messages.has(reference.message_id) || reference.fail_if_not_exists === false) return
  throw circumstance(400, 50035, 'Unknown message')
}

const create = (world: World, request: ApiRequest): Answer => {
  const channel = channelOf(world, request)
  const wanted = messageRequestOf(request.body)
  checkRights(world, channel, wanted, request.uploads.length)
  checkPlace(channel)
  checkReference(world, wanted)
  const known = withSameNonce(world, channel, wanted)
  if (known) return ok(wireMessage(world, known))
  const message = postMessage(world, { author: botOf(world), channel, request: wanted, uploads: request.uploads })
  return ok(wireMessage(world, message))
}

/** Without the intent, what people wrote is hidden here too. */
const seen = (world: World, message: Message) => {
  const { identity, portal } = world
  const own = message.author.id === identity.botUserId || message.pings.users.includes(identity.botUserId)
  const direct = world.state.channels.get(message.channelId)?.guild === undefined
  return wireMessage(world, message, own || direct || portal.messageContent)
}

const window = (all: readonly Message[], query: URLSearchParams): readonly Message[] => {
  const limit = Number(query.get('limit') ?? 50)
  const [before, after, around] = ['before', 'after', 'around'].map((name) => query.get(name))
  if (after) return all.filter(({ id }) => BigInt(id) > BigInt(after)).slice(0, limit)
  if (before) return all.filter(({ id }) => BigInt(id) < BigInt(before)).slice(-limit)
  if (!around) return all.slice(-limit)
  const middle = all.findIndex(({ id }) => BigInt(id) >= BigInt(around))
  return all.slice(Math.max(0, middle - Math.floor(limit / 2))).slice(0, limit)
}

/** The newest first. Without the permission there is no history. */
const list = (world: World, request: ApiRequest): Answer => {
  const channel = channelOf(world, request)
  if (!may(world, world.identity.botUserId, channel, 'ReadMessageHistory')) return ok([])
  const found = window(world.state.messagesIn(channel.id), request.query)
  return ok([...found].reverse().map((message) => seen(world, message)))
}

const get = (world: World, request: ApiRequest): Answer => {
  const channel = channelOf(world, request)
  if (!may(world, world.identity.botUserId, channel, 'ReadMessageHistory')) throw missingAccess()
  return ok(seen(world, messageOf(world, request, channel)))
}

const update = (world: World, request: ApiRequest): Answer => {
  const channel = channelOf(world, request)
  const message = messageOf(world, request, channel)
  if (message.author.id !== world.identity.botUserId)
    throw circumstance(403, 50005, 'Cannot edit a message authored by another user')
  refuseArchived(channel)
  const wanted = messageRequestOf(request.body)
  if (request.uploads.length > 0) need(world, channel, 'AttachFiles')
  countLateEdit(world, message)
  return ok(wireMessage(world, editMessage(world, message, wanted, request.uploads)))
}

const remove = (world: World, request: ApiRequest): Answer => {
  const channel = channelOf(world, request)
  const message = messageOf(world, request, channel)
  if (message.author.id !== world.identity.botUserId) need(world, channel, 'ManageMessages')
  world.state.messages.delete(message.id)
  publishDeletion(world, message)
  return nothing
}

const place = '/channels/{channel_id}/messages'

export const messageRoutes: readonly Route[] = [
  withBotToken('create_message', `POST ${place}`, create),
  withBotToken('list_messages', `GET ${place}`, list),
  withBotToken('get_message', `GET ${place}/{message_id}`, get),
  withBotToken('update_message', `PATCH ${place}/{message_id}`, update),
  withBotToken('delete_message', `DELETE ${place}/{message_id}`, remove),
]
