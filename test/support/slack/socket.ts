import { randomUUID } from 'node:crypto'
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { z } from 'zod'
import type { Attempt } from './delivery.ts'
import type { Identity } from './identity.ts'
import type { Journal } from './journal.ts'
import type { Limits } from './limits.ts'
import type { Envelope } from './workspace.ts'

export type DisconnectReason = 'warning' | 'refresh_requested' | 'link_disabled'

/** Socket Mode: one websocket for each ticket that `apps.connections.open` gave out. */
export interface Sockets {
  /** Path and query of a fresh ticket. */
  open(): string
  count(): number
  send(envelope: Envelope, attempt: Attempt): Promise<Readonly<Record<string, unknown>> | undefined>
  /** Cuts every connection without a word. */
  drop(): void
  /** Announces the end of every connection; all but a warning close it a moment later, as the platform does. */
  disconnect(reason: DisconnectReason): void
  close(): Promise<void>
}

interface Waiting {
  readonly socket: WebSocket
  readonly envelope: Envelope
  readonly settle: (response: Readonly<Record<string, unknown>> | undefined) => void
}

const ackSchema = z.strictObject({
  envelope_id: z.string(),
  payload: z.record(z.string(), z.unknown()).optional(),
})

const createAcks = (journal: Journal) => {
  const waiting = new Map<string, Waiting>()
  const parse = (text: string) => {
    try {
      return ackSchema.safeParse(JSON.parse(text)).data
    } catch {
      return undefined
    }
  }
  const take = (id: string, { envelope, settle }: Waiting, payload: Readonly<Record<string, unknown>>): void => {
    waiting.delete(id)
    if (!envelope.answerable && Object.keys(payload).length > 0)
      journal.fail('bad-ack', envelope.name, 'an acknowledgement of this takes no payload')
    settle(payload)
  }
  return {
    expect: (id: string, entry: Waiting): void => void waiting.set(id, entry),
    receive(text: string): void {
      const ack = parse(text)
      const entry = ack && waiting.get(ack.envelope_id)
      if (ack && entry) take(ack.envelope_id, entry, ack.payload ?? {})
      else journal.fail('bad-ack', 'socket', `no envelope waits for ${text.slice(0, 200)}`)
    },
    lose(socket: WebSocket): void {
      for (const [id, entry] of waiting) {
        if (entry.socket !== socket) continue
        waiting.delete(id)
        entry.settle(undefined)
      }
    },
  }
}

/** Says goodbye and gives the other side a moment to answer. */
const farewell = (socket: WebSocket): Promise<void> =>
  new Promise((resolve) => {
    const patience = setTimeout(() => socket.terminate(), 300)
    socket.once('close', () => {
      clearTimeout(patience)
      resolve()
    })
    socket.close(1000)
  })

const frameOf = (id: string, { type, body, answerable }: Envelope, { number, reason }: Attempt): string =>
  JSON.stringify({
    envelope_id: id,
    type,
    payload: body,
    accepts_response_payload: answerable,
    ...(type === 'events_api' ? { retry_attempt: number, retry_reason: reason ?? '' } : {}),
  })

interface Needs {
  readonly server: Server
  readonly identity: Identity
  readonly journal: Journal
  readonly limits: Limits
}

export const startSockets = ({ server, identity, journal, limits }: Needs): Sockets => {
  const tickets = new Set<string>()
  const live: WebSocket[] = []
  const acks = createAcks(journal)
  const sockets = new WebSocketServer({ noServer: true })

  const leave = (socket: WebSocket): void => {
    const at = live.indexOf(socket)
    if (at >= 0) live.splice(at, 1)
    acks.lose(socket)
    journal.changed()
  }
  const welcome = (socket: WebSocket): void => {
    live.push(socket)
    socket.on('message', (data) => acks.receive(data.toString()))
    socket.on('close', () => leave(socket))
    const info = { host: 'applink-1', build_number: 1, approximate_connection_time: 18_060 }
    const connection_info = { app_id: identity.appId }
    socket.send(JSON.stringify({ type: 'hello', num_connections: live.length, debug_info: info, connection_info }))
    journal.changed()
  }
  const upgrade = (request: IncomingMessage, wire: Duplex, head: Buffer): void => {
    const ticket = new URL(request.url ?? '/', 'ws://slack').searchParams.get('ticket') ?? ''
    if (!tickets.delete(ticket) || live.length >= limits.connections) return void wire.destroy()
    sockets.handleUpgrade(request, wire, head, welcome)
  }
  server.on('upgrade', upgrade)
  const beat = setInterval(() => live.forEach((socket) => void socket.ping()), 5000).unref()

  return {
    open() {
      const ticket = randomUUID()
      tickets.add(ticket)
      return `/link/?ticket=${ticket}&app_id=${identity.appId}`
    },
    count: () => live.length,
    send(envelope, attempt) {
      const socket = live.shift()
      if (!socket) return Promise.resolve(undefined)
      live.push(socket)
      const id = randomUUID()
      return new Promise((settle) => {
        acks.expect(id, { socket, envelope, settle })
        socket.send(frameOf(id, envelope, attempt))
      })
    },
    drop: () => [...live].forEach((socket) => void socket.terminate()),
    disconnect(reason) {
      for (const socket of [...live]) {
        socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'applink-1' } }))
        if (reason !== 'warning') socket.close()
      }
    },
    async close() {
      clearInterval(beat)
      await Promise.all([...live].map(farewell))
      sockets.close()
    },
  }
}
