import { createServer, type Server } from 'node:http'
import { startClock } from './clock.ts'
import { createDelivery, type Transport } from './delivery.ts'
import { everyEvent } from './events.ts'
import { createFaults } from './faults.ts'
import { createListener } from './http.ts'
import { createIdentity } from './identity.ts'
import { createJournal } from './journal.ts'
import { type Limits, platformLimits } from './limits.ts'
import { everyScope } from './methods/table.ts'
import { createRates } from './rates.ts'
import { loadShapes } from './shapes.ts'
import { type Sockets, startSockets } from './socket.ts'
import { createStandIn, type SlackStandIn } from './stand-in.ts'
import { createState } from './state.ts'
import { createStreams } from './streams.ts'
import { createTickets } from './tickets.ts'
import type { Workspace } from './workspace.ts'

export interface SlackOptions {
  /** Milliseconds since the epoch; the real clock unless told. `advance` adds to it. */
  readonly now?: () => number
  /** Instead of the platform's own. */
  readonly limits?: Partial<Limits>
  /** The bot token's scopes; all that any method or event needs unless told. */
  readonly scopes?: readonly string[]
  /** Event subscriptions; all there are unless told. */
  readonly events?: readonly string[]
  readonly commands?: readonly string[]
}

const listen = (server: Server): Promise<string> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`)
    })
  })

const createWorkspace = (baseUrl: string, options: SlackOptions) => {
  const clock = startClock(options.now)
  const limits: Limits = { ...platformLimits, ...options.limits }
  const identity = createIdentity()
  const journal = createJournal(clock)
  const parts = { baseUrl, clock, limits, identity, journal }
  const state = createState(clock, identity)
  return {
    ...parts,
    state,
    scopes: new Set(options.scopes ?? everyScope),
    subscriptions: new Set(options.events ?? everyEvent),
    commands: new Set(options.commands ?? ['/rai']),
    rates: createRates(clock),
    faults: createFaults(),
    shapes: loadShapes(),
    tickets: createTickets(clock, limits, baseUrl),
    streams: createStreams(clock, limits),
    uploads: new Map(),
    modals: new Map(),
    unchecked: new Set<string>(),
    revoked: new Map<string, string>(),
  } satisfies Omit<Workspace, 'deliver' | 'openSocket'>
}

const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })

/**
 * Starts a Slack workspace with one app, RAI's bot, installed: Web API, Socket Mode, signed HTTP, files. On 127.0.0.1
 * and a free port; `close()` ends all of it.
 */
export const startSlack = async (options: SlackOptions = {}): Promise<SlackStandIn> => {
  const server = createServer()
  const baseUrl = await listen(server)
  const parts = createWorkspace(baseUrl, options)
  const sockets: Sockets = startSockets({ server, ...parts })
  const way: { transport: Transport } = { transport: sockets.send }
  const delivery = createDelivery({ ...parts, transport: () => way.transport })
  const workspace: Workspace = { ...parts, deliver: delivery.deliver, openSocket: sockets.open }
  server.on('request', createListener(workspace))
  const close = async (): Promise<void> => {
    parts.clock.close()
    await sockets.close()
    await closeServer(server)
  }
  return createStandIn({ workspace, sockets, delivery, way, close })
}
