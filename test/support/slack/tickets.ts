import { randomUUID } from 'node:crypto'
import { violation } from './api-error.ts'
import type { Clock } from './clock.ts'
import type { Limits } from './limits.ts'

/** Where an answer to a `response_url` goes: to the channel, even after a press in a thread, unless it says `thread_ts`. */
export interface ReplyPlace {
  readonly user: string
  readonly channel: string
  /** The message the person clicked on, for `replace_original` and `delete_original`. */
  readonly original?: string | undefined
}

/** The handles Slack gives out that die by themselves: `trigger_id` and `response_url`. */
export interface Tickets {
  trigger(user: string): string
  /** The user whose trigger it was. Throws `expired_trigger_id` or `exchanged_trigger_id`: it works once. */
  exchange(trigger: string): string
  responseUrl(place: ReplyPlace): string
  /** The place, or the error of a handle that is unknown, too old or used up. */
  reply(token: string): ReplyPlace | 'invalid_url' | 'expired_url' | 'used_url'
}

const createTriggers = (clock: Clock, limits: Limits): Pick<Tickets, 'trigger' | 'exchange'> => {
  const triggers = new Map<string, { user: string; until: number; used: boolean }>()
  return {
    trigger(user) {
      const id = `${clock.now()}.${triggers.size}.${randomUUID().slice(0, 8)}`
      triggers.set(id, { user, until: clock.now() + limits.triggerMs, used: false })
      return id
    },
    exchange(id) {
      const trigger = triggers.get(id)
      if (!trigger) throw violation('invalid_trigger_id')
      if (trigger.used) throw violation('exchanged_trigger_id')
      if (clock.now() > trigger.until) throw violation('expired_trigger_id')
      trigger.used = true
      return trigger.user
    },
  }
}

export const createTickets = (clock: Clock, limits: Limits, baseUrl: string): Tickets => {
  const urls = new Map<string, { place: ReplyPlace; until: number; uses: number }>()
  return {
    ...createTriggers(clock, limits),
    responseUrl(place) {
      const token = randomUUID()
      urls.set(token, { place, until: clock.now() + limits.responseUrlMs, uses: 0 })
      return `${baseUrl}/response/${token}`
    },
    reply(token) {
      const url = urls.get(token)
      if (!url) return 'invalid_url'
      if (clock.now() > url.until) return 'expired_url'
      if (url.uses >= limits.responseUrlUses) return 'used_url'
      url.uses += 1
      return url.place
    },
  }
}
