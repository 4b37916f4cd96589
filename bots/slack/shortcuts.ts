import type { App } from '@slack/bolt'
import { answerAt } from './answers.ts'
import type { Desk } from './desk.ts'
import { shortcutSchema } from './events.ts'
import { attachmentsOf } from './files.ts'
import { readTyped } from './text.ts'

export const submitShortcut = { name: 'Submit with RAI', callbackId: 'submit_message' } as const

/** What is in the menu of every message: submits the archive in it, or the first repository it names. */
export function listenToShortcuts(app: App, desk: Desk): void {
  app.shortcut({ callback_id: submitShortcut.callbackId, type: 'message_action' }, async ({ ack, body }) => {
    await ack()
    const { user, channel, message, action_ts, response_url } = shortcutSchema.parse(body)
    if (!desk.isNew(channel.id, action_ts)) return
    desk.start('answer a shortcut', async () => {
      const attachments = await attachmentsOf(desk.api, message.files)
      const words = ['submit', ...(attachments.length > 0 ? [] : repositoryIn(message.text))]
      const asked = { user: user.id, channel: channel.id, event: `shortcut:${action_ts}`, words, attachments }
      await answerAt(response_url, await desk.ask(asked))
    })
  })
}

function repositoryIn(text: string): string[] {
  return (
    readTyped(text)
      .match(/(?:https?:\/\/|git@)[^\s>)\]]+/)
      ?.slice(0, 1) ?? []
  )
}
