import { beforeEach, describe, expect, it } from 'vitest'
import { routes } from '../../support/discord/routes/table.ts'
import { loadSpecification } from '../../support/discord/spec/specification.ts'
import { startCourse } from './course.ts'

const specification = loadSpecification()
describe('compared with Discord’s description', () => {
  beforeEach(({ skip }) => skip(!specification.present, 'shared/specs/discord-openapi.json is not beside the project'))

  it('has every route as Discord describes it', () => {
    const ours = routes.map(({ operation, method, path }) => [operation, `${method} ${path}`])
    expect(ours).toEqual(ours.map(([operation]) => [operation, specification.routeOf(operation ?? '')]))
  })

  it.each([
    ['a body of the wrong type', { content: 5 }, 'content'],
    ['an unknown key', { contents: 'x', content: 'x' }, 'unknown keys contents'],
    [
      'a component of no kind',
      { content: 'x', components: [{ type: 1, components: [{ type: 99 }] }] },
      '/components/0',
    ],
  ])('holds %s against the bot', async (_, body, detail) => {
    const { rest, channel, discord } = await startCourse()
    await rest.post(`/channels/${channel.id}/messages`, { body }).catch(() => undefined)
    const [failure] = discord.takeFailures()
    expect(failure).toMatchObject({ kind: 'request', subject: 'create_message' })
    expect(failure?.detail).toContain(detail)
  })

  it('holds an unknown query against the bot', async () => {
    const { rest, channel, discord } = await startCourse()
    await rest.get(`/channels/${channel.id}/messages`, { query: new URLSearchParams({ page: '2' }) })
    expect(discord.takeFailures()).toMatchObject([{ kind: 'request', detail: 'unknown query page' }])
  })

  it('knows an answer that does not fit', () => {
    expect(specification.checkAnswer('create_message', 200, { id: '1' })).toContain('required')
    expect(specification.checkAnswer('create_message', 201, {})).toBe('status 201 is not described')
    expect(specification.checkAnswer('create_message', 403, { message: 'no code' })).toContain('code')
  })
})

it('knows no other routes', async () => {
  const { rest, discord } = await startCourse()
  await rest.get('/guilds/1/bans').catch(() => undefined)
  expect(discord.takeFailures()).toMatchObject([{ kind: 'route', subject: 'GET /api/v10/guilds/1/bans' }])
})
