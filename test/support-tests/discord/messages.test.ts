import { MessageFlags } from 'discord.js'
import { describe, expect, it } from 'vitest'
import { unthrottled } from '../../support/discord/limits.ts'
import { type Course, codeOf, provoked, startCourse } from './course.ts'

const hour = 60 * 60_000

const start = async (limits = {}) => {
  const course = await startCourse({ limits: { ...unthrottled, ...limits } })
  const { rest, channel } = course
  const post = (body: object): Promise<unknown> => rest.post(`/channels/${channel.id}/messages`, { body })
  const patch = (id: string, body: object): Promise<unknown> =>
    rest.patch(`/channels/${channel.id}/messages/${id}`, { body })
  const first = (): string => course.discord.messages(channel)[0]?.id ?? ''
  return { ...course, post, patch, first }
}

const text = (content: string) => ({ type: 10, content })
const card = (...components: object[]) => ({ flags: MessageFlags.IsComponentsV2, components })

describe('refuses with 50035 or 50006, and holds it against the bot,', () => {
  it.each([
    ['more than 2,000 characters', { content: 'x'.repeat(2001) }],
    ['embeds of more than 6,000', { embeds: [{ description: 'x'.repeat(4000) }, { description: 'x'.repeat(2001) }] }],
    ['a description of more than 4,096', { embeds: [{ description: 'x'.repeat(4097) }] }],
    ['26 fields', { embeds: [{ fields: Array.from({ length: 26 }, () => ({ name: 'a', value: 'b' })) }] }],
    ['new components without their flag', { components: [text('hello')] }],
    ['content beside new components', { ...card(text('hello')), content: 'hello' }],
    ['41 components', card(...Array.from({ length: 41 }, () => text('x')))],
    ['components with more than 4,000 characters', card(text('x'.repeat(2001)), text('x'.repeat(2000)))],
    [
      'six buttons in a row',
      {
        content: 'x',
        components: [
          {
            type: 1,
            components: Array.from({ length: 6 }, (_, id) => ({ type: 2, style: 1, label: 'a', custom_id: `${id}` })),
          },
        ],
      },
    ],
    [
      'two buttons of one id',
      {
        content: 'x',
        components: [
          {
            type: 1,
            components: Array.from({ length: 2 }, () => ({ type: 2, style: 1, label: 'a', custom_id: 'same' })),
          },
        ],
      },
    ],
    [
      'a link without address',
      { content: 'x', components: [{ type: 1, components: [{ type: 2, style: 5, label: 'a' }] }] },
    ],
    ['a kind of mentions allowed twice', { content: 'x', allowed_mentions: { parse: ['users'], users: ['1'] } }],
    ['nothing', { content: '' }],
  ])('%s', async (_, body) => {
    const { post, discord, channel } = await start()
    expect([50035, 50006]).toContain(await codeOf(post(body)))
    expect(discord.messages(channel)).toEqual([])
    expect(provoked(discord)).toContain('refused')
  })
})

it('takes what fits to the last character', async () => {
  const { post } = await start()
  await post({
    content: 'x'.repeat(2000),
    embeds: [{ description: 'x'.repeat(4096) }, { description: 'x'.repeat(1904) }],
  })
  await post(card({ type: 17, components: [text('x'.repeat(4000)), { type: 14 }] }))
})

it('answers a repeated nonce with the first message, for a while', async () => {
  const { post, discord, channel } = await start()
  const body = { content: 'card', nonce: 'job-1', enforce_nonce: true }
  const [one, two] = [await post(body), await post(body)]
  expect(two).toMatchObject({ id: discord.messages(channel)[0]?.id, nonce: 'job-1' })
  expect(one).toEqual(two)
  discord.advance(hour)
  await post(body)
  expect(discord.messages(channel)).toHaveLength(2)
})

it('posts twice where the nonce is not enforced', async () => {
  const { post, discord, channel } = await start()
  await post({ content: 'card', nonce: 'job-1' })
  await post({ content: 'card', nonce: 'job-1' })
  expect(discord.messages(channel)).toHaveLength(2)
})

it('changes what an edit names and keeps the rest', async () => {
  const { post, patch, discord, first } = await start()
  await post({ content: 'card', embeds: [{ title: 'queued' }] })
  await patch(first(), { embeds: [{ title: 'running' }] })
  expect(discord.message(first())).toMatchObject({ content: 'card', embeds: [{ title: 'running' }] })
})

it('stops edits of an old message that come too often', async () => {
  const { post, patch, discord, first, channel, rest } = await start({ oldEdits: { requests: 2, perMs: hour } })
  await post({ content: 'card' })
  for (const content of ['1', '2', '3']) await patch(first(), { content })
  discord.advance(hour)
  for (const content of ['4', '5']) await patch(first(), { content })
  const answer = await fetch(`${discord.api}/v10/channels/${channel.id}/messages/${first()}`, {
    method: 'PATCH',
    headers: { authorization: `Bot ${discord.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ content: '6' }),
  })
  expect(answer.status).toBe(429)
  expect(await answer.json()).toMatchObject({ code: 30046 })
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(3000)
  expect(discord.message(first())?.content).toBe('5')
  discord.advance(hour)
  await rest.patch(`/channels/${channel.id}/messages/${first()}`, { body: { content: '7' } })
})

it('edits nobody else’s message', async () => {
  const { ada, channel, patch } = await start()
  expect(await codeOf(patch(ada.say(channel, 'mine').id, { content: 'yours' }))).toBe(50005)
})

it('finds messages again by their nonce and the ids of their buttons', async () => {
  const { post, rest, channel, ada } = await start()
  for (let index = 0; index < 60; index += 1) ada.say(channel, `chatter ${index}`)
  const components = [{ type: 1, components: [{ type: 2, style: 1, label: 'Cancel', custom_id: 'cancel:job-1' }] }]
  await post({ content: 'card', nonce: 'job-1', enforce_nonce: true, components })
  const page: unknown = await rest.get(`/channels/${channel.id}/messages`, {
    query: new URLSearchParams({ limit: '2' }),
  })
  expect(page).toMatchObject([
    { nonce: 'job-1', components: [{ components: [{ custom_id: 'cancel:job-1' }] }] },
    { content: 'chatter 59' },
  ])
})

const pingsOf = async (course: Course & { post(body: object): Promise<unknown> }, body: object) => {
  await course.post(body)
  return course.discord.messages(course.channel).at(-1)?.pings
}

it('tells whom a message would have woken', async () => {
  const course = await start()
  const { server, ada } = course
  const role = server.role('staff')
  const content = `@everyone <@${ada.id}> <@&${role}>`
  expect(await pingsOf(course, { content })).toEqual({ everyone: false, users: [ada.id], roles: [] })
  server.setBotPermissions(['ViewChannel', 'SendMessages', 'MentionEveryone'])
  expect(await pingsOf(course, { content })).toEqual({ everyone: true, users: [ada.id], roles: [role] })
  const quiet = { everyone: false, users: [], roles: [] }
  expect(await pingsOf(course, { content, allowed_mentions: { parse: [] } })).toEqual(quiet)
})
