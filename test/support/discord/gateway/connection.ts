import { GatewayCloseCodes, GatewayOpcodes } from 'discord.js'
import type { RawData, WebSocket } from 'ws'
import { z } from 'zod'

const frame = z.object({ op: z.number().int(), d: z.unknown().optional() })

const identify = z.object({
  token: z.string(),
  intents: z.number().int(),
  properties: z.object({ os: z.string(), browser: z.string(), device: z.string() }),
  shard: z.tuple([z.number().int(), z.number().int()]).optional(),
  compress: z.literal(false).optional(),
  large_threshold: z.number().int().min(50).max(250).optional(),
  presence: z.unknown().optional(),
})
export type Identify = z.infer<typeof identify>

const resume = z.object({ token: z.string(), session_id: z.string(), seq: z.number().int() })
export type Resume = z.infer<typeof resume>

/** What a connection asks of the gateway. */
export interface Asks {
  identify(socket: WebSocket, data: Identify): void
  resume(socket: WebSocket, data: Resume): void
  /** Whether it is to be acknowledged. */
  heartbeat(socket: WebSocket): boolean
  refuse(socket: WebSocket, code: GatewayCloseCodes): void
}

export const write = (socket: WebSocket, op: GatewayOpcodes, d: unknown = null): void =>
  socket.send(JSON.stringify({ op, d, s: null, t: null }))

const parsed = (data: RawData): unknown => {
  try {
    return JSON.parse(String(data))
  } catch {
    return undefined
  }
}

/** Opcodes a bot may send that change nothing here: presence, voice, members. */
const ignored: readonly number[] = [
  GatewayOpcodes.PresenceUpdate,
  GatewayOpcodes.VoiceStateUpdate,
  GatewayOpcodes.RequestGuildMembers,
]

/** Greets a new connection and hands on what it sends, once that has the right shape. */
export const serve = (socket: WebSocket, heartbeatMs: number, asks: Asks): void => {
  let authenticated = false
  const enter = <Data>(schema: z.ZodType<Data>, d: unknown, then: (data: Data) => void): void => {
    const { data, success } = schema.safeParse(d)
    if (authenticated) asks.refuse(socket, GatewayCloseCodes.AlreadyAuthenticated)
    else if (!success) asks.refuse(socket, GatewayCloseCodes.DecodeError)
    else then(data)
    authenticated = true
  }
  const beat = (): void => {
    if (asks.heartbeat(socket)) write(socket, GatewayOpcodes.HeartbeatAck)
  }
  const receive = ({ op, d }: z.infer<typeof frame>): void => {
    if (op === GatewayOpcodes.Identify) enter(identify, d, (data) => asks.identify(socket, data))
    else if (op === GatewayOpcodes.Resume) enter(resume, d, (data) => asks.resume(socket, data))
    else if (op === GatewayOpcodes.Heartbeat) beat()
    else if (!authenticated) asks.refuse(socket, GatewayCloseCodes.NotAuthenticated)
    else if (!ignored.includes(op)) asks.refuse(socket, GatewayCloseCodes.UnknownOpcode)
  }
  socket.on('message', (data) => {
    const { data: message, success } = frame.safeParse(parsed(data))
    if (success) receive(message)
    else asks.refuse(socket, GatewayCloseCodes.DecodeError)
  })
  write(socket, GatewayOpcodes.Hello, { heartbeat_interval: heartbeatMs, _trace: [] })
}
