import { z } from 'zod'
import { circumstance, invalidForm } from '../api-error.ts'
import { publishChannel } from '../events.ts'
import { type Answer, type ApiRequest, nothing, ok, type Route, withBotToken } from '../http/route.ts'
import type { Channel, ThreadFacts } from '../model.ts'
import { need } from '../permissions.ts'
import { activeThreadsOf } from '../threads.ts'
import { wireChannel } from '../wire/channel.ts'
import type { World } from '../world.ts'
import { channelOf, isThreadOwner, userOf } from './lookup.ts'
import { autoArchiveChoices } from './threads.ts'

const changes = z.looseObject({
  name: z.string().min(1).max(100).nullish(),
  archived: z.boolean().nullish(),
  locked: z.boolean().nullish(),
  auto_archive_duration: z.number().nullish(),
})
type Changes = z.infer<typeof changes>

/** Who opened a thread may name and archive it, who may write in it may open it again; the rest needs a permission. */
const checkRights = (world: World, channel: Channel, thread: ThreadFacts, asked: Changes): void => {
  const { name, archived, locked, auto_archive_duration: duration } = asked
  const onlyOpens = archived === false && [name, locked, duration].every((value) => value === undefined)
  if (onlyOpens && !thread.locked) need(world, channel, 'SendMessagesInThreads')
  else if (!isThreadOwner(world, channel) || typeof locked === 'boolean') need(world, channel, 'ManageThreads')
}

const checkThreadChange = (world: World, channel: Channel, thread: ThreadFacts, asked: Changes): void => {
  const { archived, auto_archive_duration: duration } = asked
  checkRights(world, channel, thread, asked)
  if (typeof duration === 'number' && !autoArchiveChoices.includes(duration))
    throw invalidForm(['auto_archive_duration'], 'BASE_TYPE_CHOICES', 'Value is not one of the durations.')
  if (thread.archived && archived !== false) throw circumstance(400, 50083, 'Thread is archived')
  const opens = thread.archived && archived === false
  if (opens && activeThreadsOf(world, channel.guild?.id ?? '') >= world.limits.activeThreads)
    throw circumstance(400, 160006, 'Maximum number of active threads reached')
}

const update = (world: World, request: ApiRequest): Answer => {
  const channel = channelOf(world, request)
  const { data: asked } = changes.safeParse(request.body)
  if (!asked) throw invalidForm(['name'], 'BASE_TYPE_BAD_LENGTH', 'Must be between 1 and 100 in length.')
  const { thread } = channel
  if (thread) checkThreadChange(world, channel, thread, asked)
  else need(world, channel, 'ManageChannels')
  channel.name = asked.name ?? channel.name
  if (thread) {
    const archived = asked.archived ?? thread.archived
    if (archived !== thread.archived) thread.archivedAt = world.clock.now()
    thread.archived = archived
    thread.locked = asked.locked ?? thread.locked
    thread.autoArchiveMinutes = asked.auto_archive_duration ?? thread.autoArchiveMinutes
  }
  publishChannel(world, thread ? 'THREAD_UPDATE' : 'CHANNEL_UPDATE', channel)
  return ok(wireChannel(channel))
}

const remove = (world: World, request: ApiRequest): Answer => {
  const channel = channelOf(world, request)
  if (channel.guild) need(world, channel, channel.thread ? 'ManageThreads' : 'ManageChannels')
  const gone = wireChannel(channel)
  world.state.channels.delete(channel.id)
  publishChannel(world, channel.thread ? 'THREAD_DELETE' : 'CHANNEL_DELETE', channel)
  return ok(gone)
}

const recipient = z.looseObject({ recipient_id: z.string() })

/** Opening a direct channel works even where messages in it will not. */
const direct = (world: World, request: ApiRequest): Answer => {
  const { data } = recipient.safeParse(request.body)
  if (!data) throw invalidForm(['recipient_id'], 'BASE_TYPE_REQUIRED', 'This field is required')
  const user = userOf(world, data.recipient_id)
  if (user.bot) throw circumstance(400, 50007, 'Cannot send messages to this user')
  return ok(wireChannel(world.state.directOf(user.id)))
}

const typing = (world: World, request: ApiRequest): Answer => {
  const channel = channelOf(world, request)
  need(world, channel, channel.thread ? 'SendMessagesInThreads' : 'SendMessages')
  return nothing
}

export const channelRoutes: readonly Route[] = [
  withBotToken('get_channel', 'GET /channels/{channel_id}', (world, request) =>
    ok(wireChannel(channelOf(world, request))),
  ),
  withBotToken('update_channel', 'PATCH /channels/{channel_id}', update),
  withBotToken('delete_channel', 'DELETE /channels/{channel_id}', remove),
  withBotToken('create_dm', 'POST /users/@me/channels', direct),
  withBotToken('trigger_typing_indicator', 'POST /channels/{channel_id}/typing', typing),
]
