import type { MessageRef } from '../chat.ts'

/** A message of Discord's, and for the first one of a submission whether a thread hangs on it. */
export interface MessagePlace {
  readonly channel: string
  readonly message: string
  /** `t`: the rest is in the thread, which has the message's id. `r`: the rest are replies to it. */
  readonly rest?: 't' | 'r'
}

export function toRef({ channel, message, rest }: MessagePlace): MessageRef {
  return [channel, message, ...(rest === undefined ? [] : [rest])].join('/')
}

export function fromRef(ref: MessageRef): MessagePlace {
  const [channel = '', message = '', rest] = ref.split('/')
  return { channel, message, ...(rest === 't' || rest === 'r' ? { rest } : {}) }
}

const firstSecond = 1_420_070_400_000n

/** When Discord made this id, in milliseconds since the epoch. */
export function timeOfId(id: string): number {
  return /^\d{1,20}$/.test(id) ? Number((BigInt(id) >> 22n) + firstSecond) : 0
}
