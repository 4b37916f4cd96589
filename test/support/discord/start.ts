import { createServer, type Server } from 'node:http'
import { type Clock, startClock } from '../slack/clock.ts'
import { createFaults } from './faults.ts'
import { startGateway } from './gateway/server.ts'
import { createListener } from './http/listener.ts'
import { createIdentity } from './identity.ts'
import { createJournal } from './journal.ts'
import { type Limits, platformLimits } from './limits.ts'
import { createRates } from './rates.ts'
import { createSnowflakes } from './snowflakes.ts'
import { loadSpecification } from './spec/specification.ts'
import { createStandIn, type DiscordStandIn } from './stand-in.ts'
import { createState } from './state.ts'
import type { World } from './world.ts'

export interface DiscordOptions {
  /** Milliseconds since the epoch; the real clock unless told. `advance` adds to it. */
  readonly now?: () => number
  /** Instead of the platform's own. */
  readonly limits?: Partial<Limits>
  /** Privileged intents the developer portal grants; message content alone unless told. */
  readonly intents?: readonly ('messageContent' | 'members' | 'presences')[]
}

const listen = (server: Server): Promise<string> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`)
    })
  })

const createWorld = (baseUrl: string, clock: Clock, options: DiscordOptions): Omit<World, 'gateway'> => {
  const limits: Limits = { ...platformLimits, ...options.limits }
  const { intents = ['messageContent'] } = options
  const mintId = createSnowflakes(clock.now)
  const identity = createIdentity(mintId)
  const state = createState(mintId)
  state.users.set(identity.botUserId, { id: identity.botUserId, name: 'rai', bot: true, dmsClosed: false })
  const granted = (name: 'messageContent' | 'members' | 'presences'): boolean => intents.includes(name)
  const privileges = { messageContent: granted('messageContent'), members: granted('members') }
  return {
    baseUrl,
    clock,
    limits,
    identity,
    state,
    journal: createJournal(clock),
    faults: createFaults(),
    rates: createRates(clock, limits),
    specification: loadSpecification(),
    portal: { ...privileges, presences: granted('presences'), token: true },
    waiting: new Map(),
    choices: new Map(),
  }
}

const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })

/**
 * Starts a Discord with one application, RAI's bot: HTTP API, gateway, files. On 127.0.0.1 and a free port; `close()`
 * ends all of it.
 */
export const startDiscord = async (options: DiscordOptions = {}): Promise<DiscordStandIn> => {
  const server = createServer()
  const clock = startClock(options.now)
  const parts = createWorld(await listen(server), clock, options)
  const gateway = startGateway(server, parts)
  const world: World = { ...parts, gateway }
  server.on('request', createListener(world))
  return createStandIn(world, async () => {
    clock.close()
    for (const giveUp of world.waiting.values()) giveUp()
    gateway.close()
    await closeServer(server)
  })
}
