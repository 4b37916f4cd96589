import type { Chat } from '../chat.ts'
import type { Api } from './api.ts'
import type { Channels } from './channels.ts'
import { isFileOf, readMark } from './marks.ts'
import { fromRef, toRef } from './refs.ts'

export interface FindOptions {
  readonly api: Api
  readonly channels: Channels
  readonly botUserId: string
}

/** Messages looked through: those since a process died, and some. */
const pageMessages = 200
const mostPages = 5

interface Page {
  readonly messages?: readonly Candidate[]
  readonly response_metadata?: { readonly next_cursor?: string }
}

interface Candidate {
  readonly ts?: string
  readonly user?: string
  readonly metadata?: unknown
  readonly files?: readonly { readonly name?: string }[]
}

/** Looks for a delivery among the bot's own messages, newest first in a channel. */
export function createFind({ api, channels, botUserId }: FindOptions): Chat['find'] {
  const isIt = (message: Candidate, delivery: string) =>
    message.user === botUserId &&
    (readMark(message.metadata)?.delivery === delivery ||
      message.files?.some(({ name = '' }) => isFileOf(name, delivery)) === true)

  return async (delivery, { place, root }) => {
    const channel = root === undefined ? await channels.idOf(place) : fromRef(root).channel
    let cursor: string | undefined
    for (let page = 0; page < mostPages; page += 1) {
      const { messages = [], response_metadata } = await read(api, channel, root && fromRef(root).ts, cursor)
      const found = messages.find((message) => isIt(message, delivery))
      if (found?.ts !== undefined) return toRef({ channel, ts: found.ts })
      cursor = response_metadata?.next_cursor
      if (cursor === undefined || cursor === '') return undefined
    }
    return undefined
  }
}

function read(api: Api, channel: string, ts: string | undefined, cursor: string | undefined): Promise<Page> {
  const args = { channel, limit: pageMessages, include_all_metadata: true, ...(cursor ? { cursor } : {}) }
  return api.call('look for a message', (client) =>
    ts === undefined ? client.conversations.history(args) : client.conversations.replies({ ...args, ts }),
  )
}
