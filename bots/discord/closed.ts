import { plainCard } from '../card.ts'
import type { Desk } from './desk.ts'

/** Somebody takes no direct messages, where a course says everything: they are told where they asked. */
export async function tellClosed({ whisperTo, context }: Desk, user: string): Promise<void> {
  const whisper = whisperTo(user)
  if (whisper === undefined) return context.logger.info({ user }, 'somebody takes no direct messages from the bot')
  await whisper({ card, private: true })
}

const card = plainCard(
  'Your course answers in direct messages, and you take none from this server.',
  [
    'Your submission goes on all the same: `/rai status`, `/rai log` and `/rai link` show here, to you alone, how it went.',
    'To get the messages next time, allow direct messages in the server’s privacy settings.',
  ],
  'bad',
)
