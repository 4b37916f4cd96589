import { Routes } from 'discord.js'
import { z } from 'zod'
import { describeError } from '../../core/logger/describe-error.ts'
import type { Logger } from '../../core/logger/logger.ts'
import type { Place } from '../../core/records/submission.ts'
import { createCache } from '../cache.ts'
import type { Card } from '../card.ts'
import { type Chat, ChatError } from '../chat.ts'
import type { Api } from './api.ts'
import type { Direct } from './direct.ts'
import { codes, discordCode } from './failure.ts'
import { findIn } from './find.ts'
import { messageOf } from './look.ts'
import { fromRef, type MessagePlace, timeOfId, toRef } from './refs.ts'
import { type Sending, sendCard } from './send.ts'
import { createThreadsOfMessages } from './threads.ts'
import { fileBytesEverywhere, sendFile } from './upload.ts'

export interface DiscordChatOptions {
  readonly api: Api
  readonly direct: Direct
  /** The application's id. */
  readonly workspace: string
  readonly botUserId: string
  readonly logger: Logger
  /** The largest file of the server that a channel is in, where that is known. */
  readonly fileBytesOf: (channel: string) => number | undefined
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Discord counts edits of messages from this age on apart, and allows few an hour. */
const oldMs = 59 * 60_000
/** Leaves some of them for how it ended. */
const oldTickMs = 150_000
const ticks = { entries: 5_000, ms: 2 * oldTickMs }

/** All that one bot says in Discord as a port: every message is the bot's own, and carries which delivery it is. */
export function createDiscordChat(options: DiscordChatOptions): Chat {
  const { api, direct, workspace, botUserId, logger, fileBytesOf, now } = options
  const threads = createThreadsOfMessages(options)
  const ticked = createCache<number>(ticks)

  /** A clock that ticks in an old message must not use up what its end needs. */
  function spareOldMessages(message: string, card: Card): void {
    const ticking = card.tone === 'working' || card.note !== undefined
    if (!ticking || now() - timeOfId(message) < oldMs) return
    const waitMs = (ticked.get(message) ?? 0) + oldTickMs - now()
    if (waitMs > 0) throw new ChatError('later', 'an old message was edited just now', { retryAfterMs: waitMs })
    ticked.set(message, now())
  }

  /** Nobody but who runs the server can mend it, so the log says what to mend. */
  function noted(channel: string, error: unknown): unknown {
    const sentence = sentenceForAdmins(error)
    if (sentence !== undefined) logger.error({ channel, err: describeError(error) }, sentence)
    return error
  }

  async function patch({ channel, message }: MessagePlace, card: Card): Promise<void> {
    await api.call('edit a message', z.unknown(), (rest) =>
      rest.patch(Routes.channelMessage(channel, message), { body: messageOf(card) }),
    )
  }

  async function patchAwake(place: MessagePlace, card: Card): Promise<void> {
    try {
      await patch(place, card)
    } catch (error) {
      if (discordCode(error) !== codes.threadArchived) throw error
      await threads.wake(place.channel)
      await patch(place, card)
    }
  }

  async function postIn(place: Place, card: Card, delivery: string): Promise<MessagePlace> {
    const channel = await direct.idOf(place)
    return sendCard(api, { channel }, card, delivery).catch((error) => {
      // Keys have a way of their own to say it.
      if (card.submission !== undefined) direct.noteFailure(channel, error)
      throw noted(channel, error)
    })
  }

  return {
    platform: 'discord',
    workspace,
    async postRoot(place, card, delivery) {
      return toRef(await threads.start(await postIn(place, card, delivery), card))
    },
    async postNotice(place, card, delivery) {
      return toRef(await postIn(place, card, delivery))
    },
    async post(root, card, delivery) {
      return toRef(await threads.within(fromRef(root), (where) => sendCard(api, where, card, delivery)))
    },
    async edit(message, card) {
      const place = fromRef(message)
      spareOldMessages(place.message, card)
      await patchAwake(place, card)
    },
    async postFile(root, file, delivery) {
      const place = fromRef(root)
      const mostBytes = fileBytesOf(place.channel) ?? fileBytesEverywhere
      const send = (where: Sending) => sendFile(api, where, file, { delivery, mostBytes })
      return toRef(
        await threads.within(place, send).catch((error) => {
          throw noted(place.channel, error)
        }),
      )
    },
    async find(delivery, { place, root, alone }) {
      if (root === undefined) {
        const channel = await direct.idOf(place)
        const found = await findIn(api, { channel, botUserId }, delivery)
        if (alone) return found && toRef({ channel, message: found.id })
        // It may have died between the message and its thread.
        return found && toRef(await threads.start({ channel, message: found.id }, readTitle(found.texts)))
      }
      return findUnder(options, fromRef(root), delivery)
    },
    settle: (root) => threads.close(fromRef(root)),
  }
}

/** In the thread, and among the replies where those took its place. */
async function findUnder({ api, botUserId }: DiscordChatOptions, root: MessagePlace, delivery: string) {
  const channels = root.rest === 't' ? [root.message, root.channel] : [root.channel]
  for (const channel of channels) {
    const found = await findIn(api, { channel, after: root.message, botUserId }, delivery)
    if (found !== undefined) return toRef({ channel, message: found.id })
  }
  return undefined
}

function sentenceForAdmins(error: unknown): string | undefined {
  const code = discordCode(error)
  if (error instanceof ChatError && error.failure === 'too-large') {
    return code === codes.missingPermissions ? 'RAI may not upload logs: give its role “Attach Files”' : undefined
  }
  if (code !== codes.missingPermissions && code !== codes.missingAccess) return undefined
  return 'RAI may not post in this channel: give its role “View Channel” and “Send Messages”'
}

/** What a thread is named after, from a message that this process did not write. */
function readTitle([head = '', ...rest]: readonly string[]) {
  const title = /\*\*(.{1,200}?)\*\*/.exec(head)?.[1]?.replaceAll(/\\(.)/g, '$1') ?? 'Submission'
  const submission = /\bId \*\*([0-9a-f]{8})/.exec(rest.at(-1) ?? '')?.[1]
  return { title, ...(submission === undefined ? {} : { submission }) }
}
