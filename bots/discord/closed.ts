import { describeError } from '../../core/logger/describe-error.ts'
import { createCache } from '../cache.ts'
import { plainCard } from '../card.ts'
import type { MailTo } from '../welcome.ts'
import type { Desk } from './desk.ts'

/** Somebody who submits ten times needs one mail. */
const mailed = { entries: 5_000, ms: 6 * 60 * 60_000 }

/**
 * Somebody takes no direct messages, where a course says everything: they are told where they asked last, or by mail
 * where that is too long ago. Rejects where neither works.
 */
export function createTellClosed(desk: Desk, mail: MailTo | undefined): (user: string) => Promise<void> {
  const { context, identityOf, whisperTo } = desk
  const told = createCache<true>(mailed)

  async function byMail(user: string): Promise<void> {
    if (told.get(user)) return
    const account = await context.directory.identify(identityOf(user))
    if (account?.email === undefined || mail === undefined) {
      return context.logger.info({ user }, 'somebody takes no direct messages from the bot')
    }
    await mail(account, {
      subject: 'RAI cannot write to you in Discord',
      text: [card.title, ...card.text].join('\n\n'),
    })
    told.set(user, true)
  }

  return async (user) => {
    try {
      const whisper = whisperTo(user)
      if (whisper !== undefined) return await whisper({ card, private: true })
    } catch (error) {
      context.logger.info({ user, err: describeError(error) }, 'a private reply came too late')
    }
    await byMail(user)
  }
}

const card = plainCard(
  'Your course answers in direct messages, and you take none from this server.',
  [
    'Your submission goes on all the same: `/rai status`, `/rai log` and `/rai link` in the server show you, and you alone, how it went.',
    'To get the messages next time, allow direct messages in the server’s privacy settings.',
  ],
  'bad',
)
