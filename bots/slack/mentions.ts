import type { App } from '@slack/bolt'
import { splitWords } from '../commands/words.ts'
import { answerUnder } from './answers.ts'
import type { Desk } from './desk.ts'
import { type MessageEvent, messageSchema } from './events.ts'
import { attachmentsOf } from './files.ts'
import { offerForm, opensForm } from './forms.ts'
import { readMark } from './marks.ts'
import { readTyped } from './text.ts'

/**
 * Mentions in channels, and whatever is said to the bot alone. A mention also arrives as a message where the app
 * listens to the channel, so messages of channels are left to the mentions.
 */
export function listenToMessages(app: App, desk: Desk): void {
  app.event('app_mention', async ({ event }) => hear(desk, messageSchema.parse(event)))
  app.event('message', async ({ event }) => {
    const { success, data } = messageSchema.safeParse(event)
    if (success && data.channel_type === 'im') hear(desk, data)
  })
}

/** Bolt has acknowledged it already. */
function hear(desk: Desk, message: MessageEvent): void {
  const { user, bot_id, subtype, channel, ts } = message
  const isSaid = subtype === undefined || subtype === 'file_share'
  if (user === undefined || user === desk.botUserId || bot_id !== undefined || !isSaid) return
  if (!desk.isNew(channel, ts)) return
  desk.start('answer a message', () => answer(desk, message, user))
}

async function answer(desk: Desk, message: MessageEvent, user: string): Promise<void> {
  const { channel, ts, thread_ts: thread } = message
  const words = wordsOf(message.text, desk.botUserId)
  const to = { user, channel, thread, event: ts }
  const form = message.files.length === 0 ? opensForm(desk, words) : undefined
  if (form === 'login') return answerUnder(desk, to, offerForm(form))
  const attachments = await attachmentsOf(desk.api, message.files)
  const submission = thread === undefined || thread === ts ? undefined : await submissionOf(desk, channel, thread)
  await answerUnder(desk, to, await desk.ask({ user, channel, event: ts, at: ts, words, attachments, submission }))
}

/** Without the mention, and without a `/rai` that somebody typed out of habit. */
export function wordsOf(text: string, botUserId: string): string[] {
  const words = splitWords(readTyped(text.replaceAll(new RegExp(`<@${botUserId}(?:\\|[^>]*)?>`, 'g'), ' ')))
  return /^\/?rai$/i.test(words[0] ?? '') ? words.slice(1) : words
}

/** Whose thread it is, by the mark in its root, which only counts in a message of the bot's own. */
async function submissionOf({ api, botUserId }: Desk, channel: string, ts: string): Promise<string | undefined> {
  const { messages = [] } = await api.call('look at a thread', (client) =>
    client.conversations.replies({ channel, ts, limit: 1, include_all_metadata: true }),
  )
  const [root] = messages
  return root?.user === botUserId ? readMark(root.metadata)?.submission : undefined
}
