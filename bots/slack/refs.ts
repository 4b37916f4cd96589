import type { MessageRef } from '../chat.ts'

/** A message of Slack's: the channel it is in, and its time, which is its id there. */
export interface MessagePlace {
  readonly channel: string
  readonly ts: string
}

export function toRef({ channel, ts }: MessagePlace): MessageRef {
  return `${channel}/${ts}`
}

export function fromRef(ref: MessageRef): MessagePlace {
  const [channel = '', ts = ''] = ref.split('/')
  return { channel, ts }
}
