import type { Server } from 'node:http'
import { GatewayCloseCodes, GatewayOpcodes } from 'discord.js'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Channel } from '../model.ts'
import type { World } from '../world.ts'
import { type Asks, type Identify, type Resume, serve, write } from './connection.ts'
import type { Gateway } from './gateway.ts'
import { areIntents, intentFor, privileged } from './intents.ts'
import { greet } from './ready.ts'
import { createSession, type Session } from './session.ts'

type Parts = Omit<World, 'gateway'>

interface Wires {
  /** By connection, identified or not. */
  readonly sockets: Map<WebSocket, Session | undefined>
  readonly sessions: Map<string, Session>
  refusal: number | undefined
  silent: boolean
}

/** The code that refuses an IDENTIFY, if one does. */
const refusalOf = ({ identity, portal }: Parts, { token, intents }: Identify): number | undefined => {
  if (token !== identity.botToken || !portal.token) return GatewayCloseCodes.AuthenticationFailed
  if (!areIntents(intents)) return GatewayCloseCodes.InvalidIntents
  const names = ['members', 'presences', 'messageContent'] as const
  const refused = names.some((name) => (intents & privileged[name]) !== 0 && !portal[name])
  return refused ? GatewayCloseCodes.DisallowedIntents : undefined
}

const createAsks = (parts: Parts, wires: Wires): Asks => {
  const { journal, clock, limits, identity, state } = parts
  const refuse = (socket: WebSocket, code: number): void => {
    journal.gatewayEvent('refuse', { code })
    socket.close(code)
  }
  const takeRefusal = (): number | undefined => {
    const { refusal } = wires
    wires.refusal = undefined
    return refusal
  }
  const resumable = ({ token, session_id, seq }: Resume): Session | undefined => {
    const session = wires.sessions.get(session_id)
    if (!session || token !== identity.botToken || Number.isNaN(seq)) return undefined
    return clock.now() - (session.lostAt ?? clock.now()) <= limits.resumeMs ? session : undefined
  }
  return {
    refuse(socket, code) {
      journal.fail('gateway', GatewayCloseCodes[code], 'what the bot sent is not allowed')
      refuse(socket, code)
    },
    heartbeat() {
      journal.gatewayEvent('heartbeat')
      return !wires.silent
    },
    identify(socket, data) {
      const code = takeRefusal() ?? refusalOf(parts, data)
      if (code !== undefined) return refuse(socket, code)
      const session = createSession(state.mintId(), data.intents, socket)
      wires.sessions.set(session.id, session)
      wires.sockets.set(socket, session)
      journal.gatewayEvent('identify')
      greet(parts, session)
    },
    resume(socket, data) {
      const code = takeRefusal()
      if (code !== undefined) return refuse(socket, code)
      const session = resumable(data)
      if (!session) return write(socket, GatewayOpcodes.InvalidSession, false)
      session.attach(socket)
      wires.sockets.set(socket, session)
      journal.gatewayEvent('resume')
      if (session.replay(data.seq)) session.dispatch('RESUMED', { _trace: [] })
      else refuse(socket, GatewayCloseCodes.InvalidSeq)
    },
  }
}

const hears = (session: Session, event: string, place: Channel | 'guild' | undefined): boolean => {
  const inGuild = place === 'guild' || place?.guild !== undefined
  const intent = place === undefined ? 0 : intentFor(event, inGuild)
  return intent === 0 || (session.intents & intent) !== 0
}

const createFaults = (
  wires: Wires,
  now: () => number,
): Pick<Gateway, 'drop' | 'reconnect' | 'invalidate' | 'refuseNext' | 'silence'> => ({
  drop({ resumable = true, code } = {}) {
    if (!resumable) wires.sessions.clear()
    for (const [socket, session] of wires.sockets) {
      session?.detach(socket, now())
      if (code === undefined) socket.terminate()
      else socket.close(code)
    }
  },
  reconnect() {
    for (const socket of wires.sockets.keys()) write(socket, GatewayOpcodes.Reconnect)
  },
  invalidate(resumable = false) {
    if (!resumable) wires.sessions.clear()
    for (const socket of wires.sockets.keys()) write(socket, GatewayOpcodes.InvalidSession, resumable)
  },
  refuseNext(code) {
    wires.refusal = code
  },
  silence(silent) {
    wires.silent = silent
  },
})

const watch = ({ journal, clock }: Parts, wires: Wires, socket: WebSocket): void => {
  wires.sockets.set(socket, undefined)
  journal.gatewayEvent('connect')
  socket.on('error', () => socket.terminate())
  socket.on('close', (code) => {
    const session = wires.sockets.get(socket)
    wires.sockets.delete(socket)
    // A bot that says goodbye with 1000 or 1001 ends its session.
    if (session && (code === 1000 || code === 1001)) wires.sessions.delete(session.id)
    else session?.detach(socket, clock.now())
    journal.gatewayEvent('close', { code })
  })
}

/** The gateway of this stand-in, on the same port as the HTTP API. */
export const startGateway = (server: Server, parts: Parts): Gateway => {
  const wires: Wires = { sockets: new Map(), sessions: new Map(), refusal: undefined, silent: false }
  const listener = new WebSocketServer({ server, path: '/gateway' })
  const asks = createAsks(parts, wires)
  listener.on('connection', (socket, request) => {
    watch(parts, wires, socket)
    const query = new URL(request.url ?? '/', parts.baseUrl).searchParams
    if (query.get('v') !== '10' || query.get('encoding') !== 'json' || query.has('compress'))
      return asks.refuse(socket, GatewayCloseCodes.InvalidAPIVersion)
    serve(socket, parts.limits.heartbeatMs, asks)
  })
  const all = () => [...wires.sessions.values()]
  const repeats = new Map<string, number>()
  const timesOf = (event: string): number => {
    const left = repeats.get(event) ?? 0
    repeats.set(event, Math.max(0, left - 1))
    return left > 0 ? 2 : 1
  }
  return {
    ...createFaults(wires, parts.clock.now),
    send(event, data, place) {
      for (let left = timesOf(event); left > 0; left -= 1)
        for (const session of all()) if (hears(session, event, place)) session.dispatch(event, data)
    },
    sendMessage(event, full, hidden, place) {
      for (let left = timesOf(event); left > 0; left -= 1)
        for (const session of all())
          if (hears(session, event, place))
            session.dispatch(event, (session.intents & privileged.messageContent) !== 0 ? full : hidden)
    },
    repeatNext: (event, times = 1) => void repeats.set(event, times),
    connections: () => all().filter((session) => session.connected()).length,
    sessions: () => wires.sessions.size,
    close() {
      for (const socket of wires.sockets.keys()) socket.terminate()
      listener.close()
    },
  }
}
