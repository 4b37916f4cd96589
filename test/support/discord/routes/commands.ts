import { isDeepStrictEqual } from 'node:util'
import { circumstance, invalidForm, violation } from '../api-error.ts'
import { type Answer, type ApiRequest, nothing, ok, param, type Route, withBotToken } from '../http/route.ts'
import type { Json } from '../model.ts'
import type { World } from '../world.ts'
import { type Command, checkCommand, slash } from './command-checks.ts'
import { guildOf } from './lookup.ts'

/** A server's id, or `global`. */
const scopeOf = (world: World, request: ApiRequest): string => {
  if (param(request, 'application_id') !== world.identity.applicationId)
    throw violation(403, 20012, 'You are not authorized to perform this action on this application')
  return request.params.guild_id === undefined ? 'global' : guildOf(world, request).id
}

const commandsOf = ({ state }: World, scope: string): Json[] => state.commands.get(scope) ?? []

/** Without what tells one registration from the next. */
const meaning = ({ version: _, ...rest }: Json): Json => rest

const withoutNull = (json: Json): Json => Object.fromEntries(Object.entries(json).filter(([, value]) => value !== null))

const complete = (world: World, scope: string, command: Command): Json => {
  const { default_member_permissions: permissions } = command
  return {
    contexts: scope === 'global' ? [0, 1, 2] : null,
    integration_types: [0],
    nsfw: false,
    ...withoutNull(command),
    default_member_permissions: permissions === null || permissions === undefined ? null : String(permissions),
    type: command.type ?? slash,
    description: command.description ?? '',
    application_id: world.identity.applicationId,
    ...(scope === 'global' ? { dm_permission: true } : { guild_id: scope }),
  }
}

const isSame = (a: Json, b: Json): boolean => a.name === b.name && a.type === b.type

/** A command of the same name and kind keeps its id, and its version when nothing about it changed. */
const registered = (world: World, scope: string, command: Command): Json => {
  const wanted = complete(world, scope, command)
  const known = commandsOf(world, scope).find((other) => isSame(other, wanted))
  if (!known) return { ...wanted, id: world.state.mintId(), version: world.state.mintId() }
  const next = { ...wanted, id: known.id }
  const version = isDeepStrictEqual(meaning(known), next) ? known.version : world.state.mintId()
  return { ...next, version }
}

const keep = (world: World, scope: string, commands: Json[]): void => {
  world.state.commands.set(scope, commands)
  world.journal.changed()
}

const checkSet = (commands: readonly Command[]): void => {
  const names = commands.map(({ type, name }) => `${type ?? slash} ${name}`)
  if (new Set(names).size !== names.length)
    throw invalidForm(['name'], 'APPLICATION_COMMANDS_DUPLICATE_NAME', 'Application command names must be unique')
  const count = (type: number): number => commands.filter((each) => (each.type ?? slash) === type).length
  if (count(slash) > 100 || count(2) > 15 || count(3) > 15)
    throw circumstance(400, 30032, 'Maximum number of application commands reached')
}

const overwrite = (world: World, request: ApiRequest): Answer => {
  const scope = scopeOf(world, request)
  const given: unknown[] = Array.isArray(request.body) ? request.body : []
  const commands = given.map((each, index) => checkCommand(each, [String(index)]))
  checkSet(commands)
  const next = commands.map((each) => registered(world, scope, each))
  keep(world, scope, next)
  return ok(next)
}

const create = (world: World, request: ApiRequest): Answer => {
  const scope = scopeOf(world, request)
  const next = registered(world, scope, checkCommand(request.body, []))
  const others = commandsOf(world, scope).filter((other) => !isSame(other, next))
  const status = others.length === commandsOf(world, scope).length ? 201 : 200
  keep(world, scope, [...others, next])
  return { status, body: next }
}

const find = (world: World, scope: string, request: ApiRequest): Json => {
  const found = commandsOf(world, scope).find(({ id }) => id === param(request, 'command_id'))
  if (!found) throw circumstance(404, 10063, 'Unknown application command')
  return found
}

const update = (world: World, request: ApiRequest): Answer => {
  const scope = scopeOf(world, request)
  const known = find(world, scope, request)
  const changes: Json = typeof request.body === 'object' ? { ...request.body } : {}
  const command = checkCommand({ ...known, ...changes }, [])
  const next = { ...complete(world, scope, command), id: known.id, version: world.state.mintId() }
  keep(world, scope, [...commandsOf(world, scope).filter((other) => other !== known), next])
  return ok(next)
}

const remove = (world: World, request: ApiRequest): Answer => {
  const scope = scopeOf(world, request)
  const known = find(world, scope, request)
  keep(
    world,
    scope,
    commandsOf(world, scope).filter((other) => other !== known),
  )
  return nothing
}

const base = '/applications/{application_id}'

const family = (infix: string, place: `/${string}`): Route[] => [
  withBotToken(`list${infix}_application_commands`, `GET ${place}`, (world, request) =>
    ok(commandsOf(world, scopeOf(world, request))),
  ),
  withBotToken(`bulk_set${infix}_application_commands`, `PUT ${place}`, overwrite),
  withBotToken(`create${infix}_application_command`, `POST ${place}`, create),
  withBotToken(`get${infix}_application_command`, `GET ${place}/{command_id}`, (world, request) =>
    ok(find(world, scopeOf(world, request), request)),
  ),
  withBotToken(`update${infix}_application_command`, `PATCH ${place}/{command_id}`, update),
  withBotToken(`delete${infix}_application_command`, `DELETE ${place}/{command_id}`, remove),
]

export const commandRoutes: readonly Route[] = [
  ...family('', `${base}/commands`),
  ...family('_guild', `${base}/guilds/{guild_id}/commands`),
]
