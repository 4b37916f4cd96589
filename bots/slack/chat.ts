import type { Card } from '../card.ts'
import type { Chat } from '../chat.ts'
import type { Api } from './api.ts'
import { type MessageContent, messageOf, narrow } from './blocks.ts'
import type { Channels } from './channels.ts'
import { isTooLong } from './failure.ts'
import { createFind } from './find.ts'
import { marked } from './marks.ts'
import { fromRef, toRef } from './refs.ts'
import { uploadFile } from './upload.ts'

export interface SlackChatOptions {
  readonly api: Api
  readonly channels: Channels
  /** The team's id. */
  readonly workspace: string
  readonly botUserId: string
}

/** The workspace as a port: every message is the bot's own, and says in its metadata which delivery it is. */
export function createSlackChat({ api, channels, workspace, botUserId }: SlackChatOptions): Chat {
  async function post(card: Card, delivery: string, where: { channel: string; thread_ts?: string }) {
    const metadata = marked({ delivery, submission: card.submission })
    const { ts = '' } = await api.call('post a message', (client) =>
      fitting(card, (content) =>
        client.chat.postMessage({ ...where, ...content, metadata, unfurl_links: false, unfurl_media: false }),
      ),
    )
    return toRef({ channel: where.channel, ts })
  }

  const postIn: Chat['postRoot'] = async (place, card, delivery) =>
    post(card, delivery, { channel: await channels.idOf(place) })

  return {
    platform: 'slack',
    workspace,
    postRoot: postIn,
    postNotice: postIn,
    async post(root, card, delivery) {
      const { channel, ts } = fromRef(root)
      return post(card, delivery, { channel, thread_ts: ts })
    },
    async edit(message, card) {
      const place = fromRef(message)
      await api.call('edit a message', (client) =>
        fitting(card, (content) => client.chat.update({ ...place, ...content })),
      )
    },
    postFile: (root, file, delivery) => uploadFile(api, fromRef(root), file, delivery),
    find: createFind({ api, channels, botUserId }),
    settle: async () => undefined,
  }
}

/** What Slack finds too long goes once more, with less of the output. */
async function fitting<T>(card: Card, send: (content: MessageContent) => Promise<T>): Promise<T> {
  try {
    return await send(messageOf(card))
  } catch (error) {
    if (!isTooLong(error)) throw error
    return send(messageOf(card, narrow))
  }
}
