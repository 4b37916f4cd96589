import { Routes } from 'discord.js'
import { z } from 'zod'
import type { Card } from '../card.ts'
import type { Api } from './api.ts'
import { messageOf } from './look.ts'
import { nonceOf } from './marks.ts'
import type { MessagePlace } from './refs.ts'

const posted = z.object({ id: z.string() })

export interface Sending {
  readonly channel: string
  /** The message it answers. */
  readonly replyTo?: string
}

/** Posts with the bot's own token. While Discord remembers the delivery's nonce, a second post is the first one. */
export async function sendCard(
  api: Api,
  { channel, replyTo }: Sending,
  card: Card,
  delivery: string,
): Promise<MessagePlace> {
  const body = {
    ...messageOf(card, delivery),
    nonce: nonceOf(delivery),
    enforce_nonce: true,
    ...replyOf(replyTo),
  }
  const { id } = await api.call('post a message', posted, (rest) =>
    rest.post(Routes.channelMessages(channel), { body }),
  )
  return { channel, message: id }
}

/** Where that was deleted, it is a message like any other. */
export function replyOf(message: string | undefined) {
  return message === undefined ? {} : { message_reference: { message_id: message, fail_if_not_exists: false } }
}
