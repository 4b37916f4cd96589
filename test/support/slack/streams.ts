import { circumstance, violation } from './api-error.ts'
import type { Clock } from './clock.ts'
import type { Limits } from './limits.ts'

/** Messages that are being streamed, and for how long they still can be. */
export interface Streams {
  start(channel: string, ts: string, length: number): void
  /** Throws when the message is not, or no longer, streamed, or would become too long. */
  append(channel: string, ts: string, length: number): void
  stop(channel: string, ts: string): void
  isLive(channel: string, ts: string): boolean
}

export const createStreams = (clock: Clock, limits: Limits): Streams => {
  const streams = new Map<string, { until: number; length: number }>()
  const liveOf = (channel: string, ts: string): { until: number; length: number } | undefined => {
    const stream = streams.get(`${channel}/${ts}`)
    return stream && clock.now() <= stream.until ? stream : undefined
  }
  return {
    start: (channel, ts, length) =>
      void streams.set(`${channel}/${ts}`, { until: clock.now() + limits.streamMs, length }),
    append(channel, ts, length) {
      const stream = liveOf(channel, ts)
      if (!stream) throw circumstance('message_not_in_streaming_state')
      if (stream.length + length > limits.streamLength) throw violation('msg_too_long')
      stream.length += length
    },
    stop: (channel, ts) => void streams.delete(`${channel}/${ts}`),
    isLive: (channel, ts) => liveOf(channel, ts) !== undefined,
  }
}
