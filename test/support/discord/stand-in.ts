import { createServerOf, type GuildOptions, type Server } from './administration.ts'
import { publishChannel } from './events.ts'
import type { Fault, FaultOptions } from './faults.ts'
import type { Gateway } from './gateway/gateway.ts'
import { gatewayUrl } from './gateway/ready.ts'
import type { Call, Failure, GatewayEvent } from './journal.ts'
import type { Channel, Json, Message, StoredFile, User } from './model.ts'
import { createPerson, type Person } from './people/person.ts'
import { idOf, type Ref } from './people/places.ts'
import { archiveQuietThreads } from './threads.ts'
import type { World } from './world.ts'

/** A thread as tests look at it. */
type Thread = Pick<Channel, 'id' | 'name' | 'type'> & NonNullable<Channel['thread']>

/** Discord as tests use it. Everything answers at once from memory; what happens later is waited for by `until`. */
export interface DiscordStandIn {
  /** For discord.js: `new Client({ rest: { api } })`. It finds the gateway by itself. */
  readonly api: string
  readonly gatewayUrl: string
  readonly token: string
  readonly applicationId: string
  readonly botUserId: string
  /** False where Discord's description of its API is missing, so that nothing is compared with it. */
  readonly checksSpecification: boolean
  /** Where the connection to the bot breaks, and what it went through. */
  readonly gateway: Omit<Gateway, 'send' | 'sendMessage' | 'close'>

  /** Starts a server with the bot in it. */
  guild(name: string, options?: GuildOptions): Server
  /** The person of that name, a member of every server there is unless `guilds` says otherwise. */
  user(name: string, options?: { readonly guilds?: readonly Server[]; readonly roles?: readonly string[] }): Person
  /** What the developer portal grants, and whether the token works. */
  portal(changes: Partial<World['portal']>): void

  /** By time; ephemeral ones left out. */
  messages(channel: Ref): readonly Message[]
  /** As it is now; undefined when it was deleted. */
  message(ref: Ref): Message | undefined
  /** The thread started from this message, if it is there. */
  thread(message: Ref): Thread | undefined
  /** The person's conversation with the bot. */
  directOf(person: Ref): { readonly id: string }
  archive(thread: Ref): void
  lock(thread: Ref): void
  /** Commands of a server, or the global ones. */
  commands(guild?: Ref): readonly Json[]
  /** A file by its id, as it was uploaded. */
  file(id: string): StoredFile | undefined
  /** Every link to this file made so far stops working; a new look at its message has one that works. */
  expireLinks(file: Ref): void

  failures(): readonly Failure[]
  /** Empties `failures()` and answers what was in it, for tests that provoke one. */
  takeFailures(): readonly Failure[]
  /** Requests of one operation or all, in order. */
  calls(operation?: string): readonly Call[]
  gatewayEvents(kind?: GatewayEvent['kind']): readonly GatewayEvent[]
  /** Resolves as soon as the predicate holds, asked after every change; rejects after `timeoutMs` of real time. */
  until(predicate: () => boolean, timeoutMs?: number): Promise<void>
  now(): number
  /** Moves time on: deadlines, tokens, links, rate limits, threads that nobody writes in. */
  advance(ms: number): void
  /** What the next requests of an operation, by its name in Discord's description, meet instead of their answer. */
  fault(operation: string, fault: Fault, options?: FaultOptions): void
  close(): Promise<void>
}

type Part<Keys extends keyof DiscordStandIn> = Pick<DiscordStandIn, Keys>

const newUser = ({ state }: World, name: string): User => {
  const user: User = { id: state.mintId(), name, bot: false, dmsClosed: false }
  state.users.set(user.id, user)
  return user
}

const society = (world: World): Part<'guild' | 'user' | 'portal'> => {
  const servers: Server[] = []
  return {
    guild(name, options) {
      const server = createServerOf(world, name, options)
      servers.push(server)
      return server
    },
    user(name, { guilds, roles = [] } = {}) {
      const known = [...world.state.users.values()].find((user) => user.name === name && !user.bot)
      const user = known ?? newUser(world, name)
      if (!known || guilds || roles.length > 0) for (const server of guilds ?? servers) server.join(user, roles)
      return createPerson(world, user)
    },
    portal: (changes) => void Object.assign(world.portal, changes),
  }
}

const channelOf = ({ state }: World, ref: Ref): Channel => {
  const channel = state.channels.get(idOf(ref))
  if (!channel) throw new Error(`there is no channel ${idOf(ref)}`)
  return channel
}

const changeThread = (world: World, ref: Ref, changes: Partial<NonNullable<Channel['thread']>>): void => {
  const channel = channelOf(world, ref)
  if (!channel.thread) throw new Error(`${idOf(ref)} is not a thread`)
  Object.assign(channel.thread, changes)
  publishChannel(world, 'THREAD_UPDATE', channel)
}

const contents = (
  world: World,
): Part<'messages' | 'message' | 'thread' | 'directOf' | 'archive' | 'lock' | 'commands'> => {
  const { state, clock } = world
  return {
    messages: (channel) => state.messagesIn(idOf(channel)),
    message: (ref) => state.messages.get(idOf(ref)),
    thread(message) {
      const channel = state.channels.get(idOf(message))
      return channel?.thread && { id: channel.id, name: channel.name, type: channel.type, ...channel.thread }
    },
    directOf: (person) => state.directOf(idOf(person)),
    archive: (ref) => changeThread(world, ref, { archived: true, archivedAt: clock.now() }),
    lock: (ref) => changeThread(world, ref, { locked: true }),
    commands: (guild) => state.commands.get(guild === undefined ? 'global' : idOf(guild)) ?? [],
  }
}

const records = ({
  state,
  journal,
}: World): Part<'file' | 'expireLinks' | 'failures' | 'takeFailures' | 'calls' | 'gatewayEvents' | 'until'> => ({
  file: (id) => state.files.get(id),
  expireLinks(ref) {
    const file = state.files.get(idOf(ref))
    if (!file) throw new Error(`there is no file ${idOf(ref)}`)
    file.generation += 1
  },
  failures: () => [...journal.failures],
  takeFailures: () => journal.failures.splice(0),
  calls: (operation) => journal.calls.filter((call) => operation === undefined || call.operation === operation),
  gatewayEvents: (kind) => journal.gateway.filter((event) => kind === undefined || event.kind === kind),
  until: journal.until,
})

export const createStandIn = (world: World, close: () => Promise<void>): DiscordStandIn => {
  const { identity, baseUrl, specification, faults, clock, gateway } = world
  return {
    api: `${baseUrl}/api`,
    gatewayUrl: gatewayUrl(world),
    token: identity.botToken,
    applicationId: identity.applicationId,
    botUserId: identity.botUserId,
    checksSpecification: specification.present,
    gateway,
    ...society(world),
    ...contents(world),
    ...records(world),
    now: clock.now,
    advance(ms) {
      clock.advance(ms)
      archiveQuietThreads(world)
    },
    fault: faults.arm,
    close,
  }
}
