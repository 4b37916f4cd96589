import { circumstance, missingAccess } from '../api-error.ts'
import { type Answer, type ApiRequest, ok, param, type Route, withBotToken } from '../http/route.ts'
import { may } from '../permissions.ts'
import { wireChannel, wireThreadMember } from '../wire/channel.ts'
import { wireGuild, wireRoles } from '../wire/guild.ts'
import { wireMember } from '../wire/people.ts'
import type { World } from '../world.ts'
import { guildOf } from './lookup.ts'

const member = (world: World, request: ApiRequest): Answer => {
  const found = guildOf(world, request).members.get(param(request, 'user_id'))
  if (!found) throw circumstance(404, 10007, 'Unknown Member')
  return ok(wireMember(found))
}

/** The list of members needs the privileged intent. */
const members = (world: World, request: ApiRequest): Answer => {
  const guild = guildOf(world, request)
  if (!world.portal.members) throw missingAccess()
  const limit = Number(request.query.get('limit') ?? 1)
  const after = BigInt(request.query.get('after') ?? 0)
  const sorted = [...guild.members.values()].sort((a, b) => (BigInt(a.user.id) < BigInt(b.user.id) ? -1 : 1))
  return ok(
    sorted
      .filter(({ user }) => BigInt(user.id) > after)
      .slice(0, limit)
      .map(wireMember),
  )
}

const channels = (world: World, request: ApiRequest): Answer => {
  const guild = guildOf(world, request)
  const all = [...world.state.channels.values()].filter((channel) => channel.guild === guild && !channel.thread)
  return ok(all.map(wireChannel))
}

const activeThreads = (world: World, request: ApiRequest): Answer => {
  const { identity, state } = world
  const threads = state
    .threadsOf(guildOf(world, request).id)
    .filter((channel) => !channel.thread?.archived && may(world, identity.botUserId, channel, 'ViewChannel'))
  const joined = threads.flatMap((channel) =>
    channel.thread?.members.has(identity.botUserId)
      ? [wireThreadMember(channel, channel.thread, identity.botUserId)]
      : [],
  )
  return ok({ threads: threads.map(wireChannel), members: joined, has_more: false })
}

export const guildRoutes: readonly Route[] = [
  withBotToken('get_guild', 'GET /guilds/{guild_id}', (world, request) =>
    ok(wireGuild(world, guildOf(world, request))),
  ),
  withBotToken('list_guild_channels', 'GET /guilds/{guild_id}/channels', channels),
  withBotToken('list_guild_roles', 'GET /guilds/{guild_id}/roles', (world, request) =>
    ok(wireRoles(guildOf(world, request), world.identity.botUserId)),
  ),
  withBotToken('list_guild_members', 'GET /guilds/{guild_id}/members', members),
  withBotToken('get_guild_member', 'GET /guilds/{guild_id}/members/{user_id}', member),
  withBotToken('get_active_guild_threads', 'GET /guilds/{guild_id}/threads/active', activeThreads),
]
