import { Routes } from 'discord.js'
import { z } from 'zod'
import { describeError } from '../../core/logger/describe-error.ts'
import type { Logger } from '../../core/logger/logger.ts'
import { createCache } from '../cache.ts'
import { type Card, plainCard } from '../card.ts'
import { ChatError } from '../chat.ts'
import { plainLine } from '../render/clean.ts'
import { shortId } from '../wording.ts'
import type { Api } from './api.ts'
import type { Direct } from './direct.ts'
import { codes, discordCode } from './failure.ts'
import { findIn } from './find.ts'
import type { MessagePlace } from './refs.ts'
import { type Sending, sendCard } from './send.ts'

export interface ThreadsOptions {
  readonly api: Api
  readonly direct: Direct
  readonly botUserId: string
  readonly logger: Logger
}

/** What hangs on a submission's first message: a thread, or where that cannot be, replies. */
export interface ThreadsOfMessages {
  /** Starts the thread, unless it is there. Rejects with a `ChatError` when that is worth another try. */
  start(place: MessagePlace, card: Pick<Card, 'title' | 'submission'>): Promise<MessagePlace>
  /** Does `work` in the thread; where that is gone or closed, as a reply, from then on. */
  within<T>(root: MessagePlace, work: (where: Sending) => Promise<T>): Promise<T>
  /** Opens a thread again that fell asleep. */
  wake(thread: string): Promise<void>
  close(root: MessagePlace): Promise<void>
}

const archiveAfterMinutes = 1440
const anything = z.unknown()
const lostThreads = { entries: 5_000, ms: 24 * 60 * 60_000 }

export function createThreadsOfMessages({ api, direct, botUserId, logger }: ThreadsOptions): ThreadsOfMessages {
  const lost = createCache<true>(lostThreads)

  async function sayOnce({ channel, message }: MessagePlace, why: string, mayBeSaid: boolean): Promise<void> {
    const delivery = `replies:${message}`
    try {
      if (mayBeSaid && (await findIn(api, { channel, after: message, botUserId }, delivery)) !== undefined) return
      await sendCard(
        api,
        { channel, replyTo: message },
        plainCard(`${why} What follows comes as replies here.`),
        delivery,
      )
    } catch (error) {
      logger.warn({ channel, err: describeError(error) }, 'could not say where the thread went')
    }
  }

  async function lose(root: MessagePlace, error: unknown): Promise<void> {
    lost.set(root.message, true)
    logger.info({ ...root, err: describeError(error) }, 'a thread is gone; going on with replies')
    await sayOnce(root, 'The thread of this submission was deleted or locked.', true)
  }

  return {
    async start(place, card) {
      if (direct.isDirect(place.channel)) return { ...place, rest: 'r' }
      try {
        const body = { name: nameOf(card), auto_archive_duration: archiveAfterMinutes }
        await api.call('start a thread', anything, (rest) =>
          rest.post(Routes.threads(place.channel, place.message), { body }),
        )
        return { ...place, rest: 't' }
      } catch (error) {
        if (discordCode(error) === codes.threadExists) return { ...place, rest: 't' }
        if (!(error instanceof ChatError) || error.failure === 'later') throw error
        logger.warn({ ...place, err: describeError(error) }, whyForAdmins(error))
        await sayOnce(place, whyForPeople(error), false)
        return { ...place, rest: 'r' }
      }
    },
    async within(root, work) {
      const reply = { channel: root.channel, replyTo: root.message }
      if (root.rest !== 't' || lost.get(root.message)) return work(reply)
      try {
        return await work({ channel: root.message })
      } catch (error) {
        if (!(error instanceof ChatError) || error.failure !== 'gone') throw error
        await lose(root, error)
        return work(reply)
      }
    },
    async wake(thread) {
      await api.call('open a thread again', anything, (rest) =>
        rest.patch(Routes.channel(thread), { body: { archived: false } }),
      )
    },
    async close({ message, rest }) {
      if (rest !== 't' || lost.get(message)) return
      await api.call('archive a thread', anything, (client) =>
        client.patch(Routes.channel(message), { body: { archived: true } }),
      )
    },
  }
}

/** Discord's bound on a thread's name is 100 characters. It ends in what the submission is known by. */
function nameOf({ title, submission }: Pick<Card, 'title' | 'submission'>): string {
  const name = plainLine(title, 80)
  return submission === undefined ? name : `${name} · ${shortId(submission)}`
}

/** The beginning of a submission's id, in the name of its thread. */
export function readThreadName(name: string): string | undefined {
  return / · ([0-9a-f]{8})$/.exec(name)?.[1]
}

function whyForPeople(error: unknown): string {
  const code = discordCode(error)
  if (code === codes.tooManyThreads) return 'This server has too many open threads for another one.'
  if (code === codes.missingPermissions || code === codes.missingAccess) return 'I may not start threads here.'
  return 'There are no threads in this channel.'
}

function whyForAdmins(error: unknown): string {
  const code = discordCode(error)
  if (code === codes.tooManyThreads) return 'the server has too many active threads: archive some of them'
  if (code === codes.missingPermissions || code === codes.missingAccess) {
    return 'RAI may not start threads in this channel: give its role “Create Public Threads” and “Read Message History”'
  }
  return 'no thread can be started in this channel'
}
