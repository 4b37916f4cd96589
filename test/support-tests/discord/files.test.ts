import { Routes } from 'discord.js'
import { expect, it } from 'vitest'
import { codeOf, startCourse } from './course.ts'

const hour = 60 * 60_000

const start = async (fileBytes = 100) => {
  const course = await startCourse({ guild: { fileBytes } })
  const { rest, channel, discord } = course
  const send = (name: string, text: string): Promise<unknown> =>
    rest.post(Routes.channelMessages(channel.id), {
      body: { content: 'file' },
      files: [{ name, data: Buffer.from(text) }],
    })
  const look = async (): Promise<string> => {
    const [message] = discord.messages(channel)
    const body: unknown = await rest.get(Routes.channelMessage(channel.id, message?.id ?? ''))
    expect(body).toMatchObject({ attachments: [{ filename: 'log.txt', size: 3 }] })
    return JSON.stringify(body).match(/"url":"([^"]+)"/)?.[1] ?? ''
  }
  const status = async (url: string): Promise<number> => (await fetch(url)).status
  return { ...course, send, look, status }
}

it('keeps an upload and hands it out again', async () => {
  const { send, look } = await start()
  await send('log.txt', 'log')
  expect(await (await fetch(await look())).text()).toBe('log')
})

it('refuses a file larger than the server’s limit, and holds it against the bot', async () => {
  const { send, discord } = await start(10)
  expect(await codeOf(send('log.txt', 'x'.repeat(11)))).toBe(40005)
  expect(discord.takeFailures()).toMatchObject([{ kind: 'refused' }])
})

it('ends links after a day, and shows new ones', async () => {
  const { send, look, status, discord } = await start()
  await send('log.txt', 'log')
  const old = await look()
  discord.advance(25 * hour)
  expect(await status(old)).toBe(404)
  expect(await status(await look())).toBe(200)
})

it('ends the links of one file when a test wants it', async () => {
  const { send, look, status, discord, channel } = await start()
  await send('log.txt', 'log')
  const old = await look()
  discord.expireLinks(discord.messages(channel)[0]?.attachments[0] ?? '')
  expect(await status(old)).toBe(404)
  expect(await status(await look())).toBe(200)
})

it('knows a forged link', async () => {
  const { send, look, status } = await start()
  await send('log.txt', 'log')
  expect(await status((await look()).replace(/ex=\w+/, 'ex=ffffffff'))).toBe(404)
})

it('replaces or keeps files in an edit as `attachments` says', async () => {
  const { send, rest, channel, discord } = await start()
  await send('log.txt', 'log')
  const [message] = discord.messages(channel)
  const route = Routes.channelMessage(channel.id, message?.id ?? '')
  const files = [{ name: 'new.txt', data: Buffer.from('new') }]
  await rest.patch(route, { body: { attachments: [{ id: '0', filename: 'new.txt' }] }, files })
  expect(message?.attachments.map(({ name }) => name)).toEqual(['new.txt'])
  await rest.patch(route, { body: {}, files: [{ name: 'more.txt', data: Buffer.from('more') }] })
  expect(message?.attachments.map(({ name }) => name)).toEqual(['new.txt', 'more.txt'])
  await rest.patch(route, { body: { attachments: [{ id: message?.attachments[1]?.id }] } })
  expect(message?.attachments.map(({ name }) => name)).toEqual(['more.txt'])
})

it('lets nobody upload what is too large', async () => {
  const { ada, channel } = await start(10)
  expect(() => ada.say(channel, 'x', { attachments: [{ name: 'a', bytes: 'x'.repeat(11) }] })).toThrow('larger')
})
