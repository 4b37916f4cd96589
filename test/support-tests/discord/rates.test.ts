import { expect, it } from 'vitest'
import { type Course, codeOf, startCourse } from './course.ts'

/** One request as no library would make it: without waiting for anything. */
const post = ({ discord }: Course, channel: string, content = 'x') =>
  fetch(`${discord.api}/v10/channels/${channel}/messages`, {
    method: 'POST',
    headers: { authorization: `Bot ${discord.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ content }),
  })

const rate = (requests: number, perMs = 5000) => ({ requests, perMs })

it('tells a bucket in the headers, one for each channel', async () => {
  const course = await startCourse({ limits: { routes: { create_message: rate(2) } } })
  const other = course.server.channel('lab-2')
  const remaining = async (channel: string) => (await post(course, channel)).headers.get('x-ratelimit-remaining')
  expect(await remaining(course.channel.id)).toBe('1')
  expect(await remaining(course.channel.id)).toBe('0')
  expect(await remaining(other.id)).toBe('1')
})

it('refuses what is too much until the window ends, and says how long that is', async () => {
  const course = await startCourse({ limits: { routes: { create_message: rate(1) } } })
  const { discord, channel } = course
  await post(course, channel.id)
  const refused = await post(course, channel.id)
  expect(refused.status).toBe(429)
  expect(refused.headers.get('x-ratelimit-scope')).toBe('user')
  const body: unknown = await refused.json()
  expect(body).toMatchObject({ global: false, retry_after: expect.closeTo(5, 0) })
  expect(discord.calls('create_message').filter(({ throttled }) => throttled)).toHaveLength(1)
  discord.advance(5000)
  expect((await post(course, channel.id)).status).toBe(200)
})

it('gives a thread a bucket of its own', async () => {
  const course = await startCourse({ limits: { routes: { create_message: rate(1) } } })
  const { discord, channel, rest } = course
  await post(course, channel.id)
  const root = discord.messages(channel)[0]?.id ?? ''
  await rest.post(`/channels/${channel.id}/messages/${root}/threads`, { body: { name: 'ada' } })
  expect((await post(course, root)).status).toBe(200)
})

it('counts all routes together', async () => {
  const course = await startCourse({ limits: { global: rate(3, 1000) } })
  const channels = ['a', 'b', 'c', 'd'].map((name) => course.server.channel(name).id)
  const answers = []
  for (const channel of channels) answers.push(await post(course, channel))
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429])
  expect(answers[3]?.headers.get('x-ratelimit-scope')).toBe('global')
  expect(answers[3]?.headers.get('x-ratelimit-global')).toBe('true')
})

it('is told nothing by discord.js that waits as the headers say', async () => {
  const { rest, channel, discord } = await startCourse({ limits: { routes: { create_message: rate(2, 100) } } })
  const sent = Array.from({ length: 6 }, (_, index) =>
    rest.post(`/channels/${channel.id}/messages`, { body: { content: `${index}` } }),
  )
  await Promise.all(sent)
  expect(discord.messages(channel)).toHaveLength(6)
  expect(discord.calls().filter(({ throttled }) => throttled)).toEqual([])
})

it('lets a test break the next request of an operation', async () => {
  const { rest, channel, discord } = await startCourse()
  const send = (signal?: AbortSignal) =>
    rest.post(`/channels/${channel.id}/messages`, { body: { content: 'x' }, ...(signal ? { signal } : {}) })
  discord.fault('create_message', { status: 403, code: 50013, message: 'Missing Permissions' })
  expect(await codeOf(send())).toBe(50013)
  discord.fault('create_message', 500)
  await expect(send()).rejects.toMatchObject({ status: 500 })
  discord.fault('create_message', 429, { retryAfter: 0.01, times: 2 })
  await send()
  expect(discord.calls('create_message').map(({ status }) => status)).toEqual([403, 500, 429, 429, 200])
  discord.fault('create_message', 'hang')
  await expect(send(AbortSignal.timeout(50))).rejects.toThrow(/abort/i)
  expect(discord.messages(channel)).toHaveLength(1)
  discord.fault('create_message', 'lost-answer')
  await expect(send()).rejects.toThrow()
  expect(discord.messages(channel)).toHaveLength(2)
})

it('breaks only where it was told to', async () => {
  const { rest, channel, discord, server } = await startCourse()
  const other = server.channel('lab-2')
  discord.fault('create_message', { status: 403, code: 50001 }, { where: { channel_id: other.id } })
  const send = ({ id }: { id: string }) => rest.post(`/channels/${id}/messages`, { body: { content: 'x' } })
  await send(channel)
  expect(await codeOf(send(other))).toBe(50001)
})
