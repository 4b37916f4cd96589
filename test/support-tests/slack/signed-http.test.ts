import { expect, test } from 'vitest'
import { startSlack } from '../../support/slack/start.ts'
import { httpApp } from './app.ts'

test('signed HTTP carries commands, presses and events; stale or forged requests do not pass', async () => {
  const slack = await startSlack()
  const { app, url } = await httpApp(slack)
  try {
    slack.channel('C1')
    const heard: string[] = []
    app.command('/rai', ({ ack, command }) => ack(`got ${command.text}`))
    app.event('app_mention', async ({ event }) => void heard.push(event.text))
    await slack.deliverTo(url)
    const ann = slack.user('U1')

    expect(await ann.slash('/rai', 'help', { channel: 'C1' })).toMatchObject({ acked: true, ephemeral: 'got help' })
    ann.mention('C1', 'submit')
    await slack.until(() => slack.deliveries().every(({ acked }) => acked))
    expect(heard).toEqual([`<@${slack.botUserId}> submit`])

    const form = 'application/x-www-form-urlencoded'
    const stale = await slack.post(url, form, 'command=/rai', { skewSeconds: -301 })
    const forged = await slack.post(url, form, 'command=/rai', { secret: 'guess' })
    expect([stale.status, forged.status]).toEqual([401, 401])
    expect(slack.failures()).toEqual([])
  } finally {
    await app.stop()
    await slack.close()
  }
})
