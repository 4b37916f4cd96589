import type { App } from '@slack/bolt'
import { splitWords } from '../commands/words.ts'
import { answerAt } from './answers.ts'
import type { Desk } from './desk.ts'
import { openForm, opensForm } from './forms.ts'

/** The one slash command. Slack has none inside threads. */
export const slashCommand = '/rai'

export function listenToCommands(app: App, desk: Desk): void {
  app.command(slashCommand, async ({ ack, command }) => {
    await ack()
    const { user_id: user, channel_id: channel, trigger_id: trigger, response_url: url } = command
    if (!desk.isNew(channel, trigger)) return
    desk.start('answer a command', async () => {
      const words = splitWords(command.text)
      const form = opensForm(desk, words)
      if (form !== undefined) return openForm(desk, form, { trigger, channel, user, answerAt: url })
      await answerAt(url, await desk.ask({ user, channel, event: trigger, words, ephemeral: true }))
    })
  })
}
