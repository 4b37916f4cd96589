import { expect, it } from 'vitest'
import { unthrottled } from '../../support/discord/limits.ts'
import { codeOf, provoked, startCourse } from './course.ts'

const hour = 60 * 60_000

const start = async (limits = {}) => {
  const course = await startCourse({ limits: { ...unthrottled, ...limits } })
  const { rest, channel, discord } = course
  const post = (where: string, content = 'x'): Promise<unknown> =>
    rest.post(`/channels/${where}/messages`, { body: { content } })
  const root = async (): Promise<string> => {
    await post(channel.id, 'root')
    return discord.messages(channel).at(-1)?.id ?? ''
  }
  const open = (id: string, body: object = {}): Promise<unknown> =>
    rest.post(`/channels/${channel.id}/messages/${id}/threads`, {
      body: { name: 'ada', auto_archive_duration: 60, ...body },
    })
  const change = (id: string, body: object): Promise<unknown> => rest.patch(`/channels/${id}`, { body })
  return { ...course, post, root, open, change }
}

it('opens one thread from a message, with the message’s id', async () => {
  const { root, open, discord } = await start()
  const id = await root()
  expect(await open(id)).toMatchObject({
    id,
    type: 11,
    thread_metadata: { archived: false, auto_archive_duration: 60 },
  })
  expect(await codeOf(open(id))).toBe(160004)
  expect(discord.thread(id)?.name).toBe('ada')
})

it('takes only the durations there are', async () => {
  const { root, open, discord } = await start()
  expect(await codeOf(open(await root(), { auto_archive_duration: 90 }))).toBe(50035)
  expect(provoked(discord)).toContain('refused')
})

it('archives a quiet thread after its time, and opens it again for a post', async () => {
  const { root, open, discord, post } = await start()
  const id = await root()
  await open(id)
  discord.advance(hour - 1000)
  await post(id)
  discord.advance(hour - 1000)
  expect(discord.thread(id)?.archived).toBe(false)
  discord.advance(2000)
  expect(discord.thread(id)?.archived).toBe(true)
  await post(id)
  expect(discord.thread(id)?.archived).toBe(false)
})

it('refuses edits and changes in an archived thread', async () => {
  const { root, open, discord, post, change, rest } = await start()
  const id = await root()
  await open(id)
  await post(id)
  await change(id, { archived: true })
  const [message] = discord.messages(id)
  const edit = () => rest.patch(`/channels/${id}/messages/${message?.id}`, { body: { content: 'y' } })
  expect(await codeOf(edit())).toBe(50083)
  expect(await codeOf(change(id, { name: 'other' }))).toBe(50083)
  await change(id, { archived: false })
  expect(await codeOf(edit())).toBe('no error')
})

it('keeps a locked thread shut for whoever may not open it', async () => {
  const { root, open, discord, post, change } = await start()
  const id = await root()
  await open(id)
  discord.archive(id)
  discord.lock(id)
  expect(await codeOf(post(id))).toBe(50083)
  expect(await codeOf(change(id, { locked: false, archived: false }))).toBe(50013)
})

it('refuses one thread too many, until another is archived', async () => {
  const { root, open, discord } = await start({ activeThreads: 1 })
  const id = await root()
  await open(id)
  const next = await root()
  expect(await codeOf(open(next))).toBe(160006)
  discord.archive(id)
  expect(await codeOf(open(next))).toBe('no error')
})

it('has threads only where they are allowed', async () => {
  const { server, rest, discord, post } = await start()
  const voice = server.channel('voice', { type: 2 })
  await post(voice.id)
  const voiceRoot = discord.messages(voice)[0]?.id
  const body = { name: 'ada' }
  expect(await codeOf(rest.post(`/channels/${voice.id}/messages/${voiceRoot}/threads`, { body }))).toBe(50024)
  const quiet = server.channel('quiet', { denyBot: ['CreatePublicThreads'] })
  await post(quiet.id)
  const quietRoot = discord.messages(quiet)[0]?.id
  expect(await codeOf(rest.post(`/channels/${quiet.id}/messages/${quietRoot}/threads`, { body }))).toBe(50013)
})

it('knows no thread that was deleted', async () => {
  const { root, open, server, post } = await start()
  const id = await root()
  await open(id)
  server.deleteChannel({ id, name: 'ada' })
  expect(await codeOf(post(id))).toBe(10003)
})
