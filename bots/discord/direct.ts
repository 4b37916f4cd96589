import { Routes } from 'discord.js'
import { z } from 'zod'
import type { Place } from '../../core/records/submission.ts'
import { createCache } from '../cache.ts'
import { areDirectMessages } from '../places.ts'
import type { Api } from './api.ts'
import { codes, discordCode } from './failure.ts'

/** Where places are in Discord, and who has closed their direct messages. */
export interface Direct {
  /** The id to post to; opens direct messages. Rejects with a `ChatError`. */
  idOf(place: Place): Promise<string>
  /** Direct messages of the person, opened once. */
  open(user: string): Promise<string>
  isDirect(channel: string): boolean
  /** Looks at a failure in a channel: somebody may have closed it. */
  noteFailure(channel: string, error: unknown): void
  /** Calls back whenever somebody's direct messages turn out to be closed. */
  onClosed(listener: (user: string) => void): void
}

const kept = { entries: 5_000, ms: 6 * 60 * 60_000 }

export function createDirect(api: Api): Direct {
  const channels = createCache<string>(kept)
  const people = createCache<string>(kept)
  const listeners: ((user: string) => void)[] = []

  async function open(user: string): Promise<string> {
    const known = channels.get(user)
    if (known !== undefined) return known
    const { id } = await api.call('open direct messages', z.object({ id: z.string() }), (rest) =>
      rest.post(Routes.userChannels(), { body: { recipient_id: user } }),
    )
    channels.set(user, id)
    people.set(id, user)
    return id
  }

  return {
    open,
    idOf: async (place) => (areDirectMessages(place) ? open(place.channel.slice(1)) : place.channel),
    isDirect: (channel) => people.get(channel) !== undefined,
    noteFailure(channel, error) {
      const user = people.get(channel)
      if (user === undefined || discordCode(error) !== codes.closedDirect) return
      for (const listener of listeners) listener(user)
    },
    onClosed: (listener) => void listeners.push(listener),
  }
}
