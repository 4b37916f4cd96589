import type { App } from '@slack/bolt'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { SlackStandIn } from '../../support/slack/stand-in.ts'
import { startSlack } from '../../support/slack/start.ts'
import { eagerApp } from './app.ts'

let slack: SlackStandIn
let app: App

beforeEach(async () => {
  slack = await startSlack()
  slack.channel('C1', { name: 'lab' })
  app = eagerApp(slack, 500)
})

afterEach(async () => {
  await app.stop()
  await slack.close()
})

test('an attached archive comes with the mention, and its bytes to whoever holds the token', async () => {
  const seen: string[] = []
  app.event('app_mention', async ({ event, client }) => {
    const [file] = event.files ?? []
    const { file: info } = await client.files.info({ file: file?.id ?? '' })
    const headers = { authorization: `Bearer ${slack.botToken}` }
    const bytes = await (await fetch(info?.url_private ?? '', { headers })).text()
    seen.push(`${event.text} ${info?.name} ${bytes}`)
  })
  app.event('file_shared', async ({ event }) => void seen.push(event.channel_id))
  await app.start()
  slack.user('U1').mention('C1', 'submit', { files: [{ name: 'lab1.zip', bytes: 'PK' }] })
  await expect.poll(() => seen.length).toBe(2)
  await slack.until(() => slack.deliveries().every(({ acked }) => acked))

  expect(seen.sort()).toEqual([`<@${slack.botUserId}> submit lab1.zip PK`, 'C1'])
  expect(slack.failures()).toEqual([])
})

test('a download without the token is a sign-in page, and a failure', async () => {
  const client = app.client
  const message = slack.user('U1').say('C1', '', { files: [{ name: 'lab1.zip', bytes: 'PK' }] })
  const { file } = await client.files.info({ file: message.files[0]?.id ?? '' })

  const response = await fetch(file?.url_private ?? '')

  expect([response.status, await response.text()]).toEqual([200, '<html>Sign in to course</html>'])
  expect(slack.failures()).toMatchObject([{ kind: 'file-access' }])
})

test('in a channel shared with another workspace a file has to be asked for', async () => {
  slack.channel('C9', { connected: true })
  const seen: unknown[] = []
  app.event('app_mention', async ({ event, client }) => {
    const { name, file_access, id } = event.files?.[0] ?? {}
    const { file } = await client.files.info({ file: id ?? '' })
    seen.push([name, file_access, file?.name])
  })
  await app.start()
  slack.user('U1', { stranger: true }).mention('C9', 'submit', { files: [{ name: 'lab1.zip', bytes: 'PK' }] })

  await expect.poll(() => seen).toEqual([[undefined, 'check_file_info', 'lab1.zip']])
  expect(slack.failures()).toEqual([])
})

test('the bot hears nothing of channels it is not in', async () => {
  slack.channel('C2', { bot: false })
  await app.start()
  slack.user('U1').mention('C2', 'submit')
  slack.user('U1').mention('C1', 'submit')

  const heard = slack.deliveries().map(({ name }) => name)
  expect(heard).toEqual(['member_joined_channel', 'message', 'app_mention'])
})

test('an event can come twice, with the same id', async () => {
  const ids: string[] = []
  app.event('app_mention', async ({ body }) => void ids.push(body.event_id))
  await app.start()
  slack.user('U1').join('C1')
  slack.repeatNext(2)
  slack.user('U1').mention('C1', 'submit')
  await slack.until(() => slack.deliveries().every(({ acked }) => acked))
  await expect.poll(() => ids.length).toBe(2)

  expect(new Set(ids).size).toBe(1)
  expect(slack.failures()).toEqual([])
})

test('the app comes back after a refresh and after a connection that just breaks', async () => {
  app.command('/rai', ({ ack }) => ack('here'))
  await app.start()
  const ask = async () => (await slack.user('U1').slash('/rai', '', { channel: 'C1' })).acked
  const again = () => slack.until(() => slack.connections() === 1)

  slack.disconnectSockets('refresh_requested')
  await slack.until(() => slack.connections() === 0)
  expect(await ask()).toBe(false)
  await again()
  expect(await ask()).toBe(true)
  slack.dropSockets()
  await slack.until(() => slack.connections() === 0)
  await again()
  expect(await ask()).toBe(true)
})

test('of two processes in one workspace each gets its share, and every command reaches one', async () => {
  const second = eagerApp(slack, 500)
  app.command('/rai', ({ ack }) => ack('first'))
  second.command('/rai', ({ ack }) => ack('second'))
  await Promise.all([app.start(), second.start()])
  const answers: (string | undefined)[] = []
  for (let count = 0; count < 4; count += 1)
    answers.push((await slack.user('U1').slash('/rai', '', { channel: 'C1' })).ephemeral)
  await second.stop()

  expect(answers.sort()).toEqual(['first', 'first', 'second', 'second'])
})

test('what goes out without a connection is not lost: events come again, commands fail at once', async () => {
  const heard: string[] = []
  app.message(async ({ message }) => void heard.push(message.ts))
  const message = slack.user('U1').say('C1', 'hello')
  await slack.until(() => slack.deliveries().some(({ name, attempts }) => name === 'message' && attempts === 2))
  await app.start()
  slack.advance(60_000)
  await slack.until(() => slack.deliveries().every(({ acked }) => acked))

  await expect.poll(() => heard).toEqual([message.ts])
})
