import { GatewayOpcodes } from 'discord.js'
import type { WebSocket } from 'ws'
import type { Json } from '../model.ts'

interface Dispatched {
  readonly s: number
  readonly t: string
  readonly d: Json
}

/** One IDENTIFY and what was sent for it, over one connection after the other. */
export interface Session {
  readonly id: string
  readonly intents: number
  readonly connected: () => boolean
  dispatch(event: string, data: Json): void
  attach(socket: WebSocket): void
  /** Notes that this connection is gone, unless another took its place. */
  detach(socket: WebSocket, at: number): void
  /** Sends again what came after `seq`. False when that was never sent, or is not kept any more. */
  replay(seq: number): boolean
  /** When the connection went, on the stand-in's clock. */
  lostAt: number | undefined
}

const kept = 5000

export const createSession = (id: string, intents: number, first: WebSocket): Session => {
  let socket: WebSocket | undefined = first
  let seq = 0
  let backlog: Dispatched[] = []
  const write = (dispatched: Dispatched): void => {
    if (socket?.readyState === socket?.OPEN)
      socket?.send(JSON.stringify({ op: GatewayOpcodes.Dispatch, ...dispatched }))
  }
  return {
    id,
    intents,
    lostAt: undefined,
    connected: () => socket !== undefined && socket.readyState === socket.OPEN,
    dispatch(t, d) {
      seq += 1
      const dispatched = { s: seq, t, d }
      backlog = [...backlog.slice(1 - kept), dispatched]
      write(dispatched)
    },
    attach(next) {
      socket = next
      this.lostAt = undefined
    },
    detach(gone, at) {
      if (gone === socket) this.lostAt ??= at
    },
    replay(after) {
      const oldest = backlog[0]?.s ?? seq + 1
      if (after > seq || after + 1 < oldest) return false
      for (const dispatched of backlog.filter(({ s }) => s > after)) write(dispatched)
      return true
    },
  }
}
