import { type Answer, type ApiRequest, nothing, param, type Route, withBotToken } from '../http/route.ts'
import { need } from '../permissions.ts'
import type { World } from '../world.ts'
import { channelOf, messageOf, refuseArchived } from './lookup.ts'

const add = (world: World, request: ApiRequest): Answer => {
  const channel = channelOf(world, request)
  const message = messageOf(world, request, channel)
  need(world, channel, 'ReadMessageHistory', 'AddReactions')
  refuseArchived(channel)
  const emoji = param(request, 'emoji_name')
  message.reactions.set(emoji, new Set([...(message.reactions.get(emoji) ?? []), world.identity.botUserId]))
  world.journal.changed()
  return nothing
}

const remove = (world: World, request: ApiRequest): Answer => {
  const channel = channelOf(world, request)
  const message = messageOf(world, request, channel)
  const emoji = param(request, 'emoji_name')
  const people = message.reactions.get(emoji)
  people?.delete(world.identity.botUserId)
  if (people?.size === 0) message.reactions.delete(emoji)
  world.journal.changed()
  return nothing
}

const place = '/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me'

export const reactionRoutes: readonly Route[] = [
  withBotToken('add_my_message_reaction', `PUT ${place}`, add),
  withBotToken('delete_my_message_reaction', `DELETE ${place}`, remove),
]
