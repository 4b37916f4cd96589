import type { Place } from '../../core/records/submission.ts'
import { createCache } from '../cache.ts'
import { ChatError } from '../chat.ts'
import { areDirectMessages } from '../places.ts'
import type { Api } from './api.ts'

interface ChannelFacts {
  readonly id: string
  readonly name: string
  /** The bot was invited. */
  readonly joined: boolean
}

/** Where places are in Slack. Answers are kept for a while. */
export interface Channels {
  /** The id to post to; opens direct messages. Rejects with a `ChatError`. */
  idOf(place: Place): Promise<string>
  /** `undefined` where the bot sees no such channel. Rejects with a `ChatError`. */
  factsOf(channel: string): Promise<ChannelFacts | undefined>
}

const mostKept = 5_000
const keptMs = 10 * 60_000

export function createChannels(api: Api): Channels {
  const direct = createCache<string>({ entries: mostKept, ms: keptMs })
  const known = createCache<ChannelFacts>({ entries: mostKept, ms: keptMs })

  async function open(user: string): Promise<string> {
    const { channel } = await api.call('open direct messages', (client) => client.conversations.open({ users: user }))
    const id = channel?.id ?? ''
    direct.set(user, id)
    return id
  }

  return {
    async idOf(place) {
      if (!areDirectMessages(place)) return place.channel
      const user = place.channel.slice(1)
      return direct.get(user) ?? open(user)
    },
    async factsOf(channel) {
      const facts = known.get(channel) ?? (await lookUp(api, channel))
      // Whoever was just told to invite the bot will try again at once.
      if (facts?.joined) known.set(channel, facts)
      return facts
    },
  }
}

async function lookUp(api: Api, id: string): Promise<ChannelFacts | undefined> {
  try {
    const { channel } = await api.call('look up a channel', (client) => client.conversations.info({ channel: id }))
    return { id, name: channel?.name ?? '', joined: channel?.is_member === true || channel?.is_im === true }
  } catch (error) {
    if (error instanceof ChatError && error.failure === 'gone') return undefined
    throw error
  }
}
