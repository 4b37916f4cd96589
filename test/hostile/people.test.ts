import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commandNames } from '../../bots/commands/table.ts'
import { createWorld, place, type World } from '../bots/world.ts'

let world: World

beforeEach(async () => {
  world = await createWorld()
})

afterEach(() => world.dispose())

/** What Ada's submission holds and Bob must not read. */
const secrets = /3f2a91c0de|store\.example|ada\/project|hers alone/

async function hers(): Promise<string> {
  await world.queued({ team: 'reds' })
  const run = await world.claim()
  await run.print('hers alone\n')
  await run.finish('failed')
  return run.id
}

describe("another team's id", () => {
  it.each(commandNames)('tells nothing and changes nothing in `%s`', async (name) => {
    const id = await hers()
    const before = await world.submissionOf(id)
    for (const words of [id, id.slice(0, 8), `${id} ${id}`, `--submission ${id}`]) {
      const answer = await world.ask(`${name} ${words}`, { as: 'bob' })
      expect(JSON.stringify(answer)).not.toMatch(secrets)
    }
    expect(await world.submissionOf(id)).toEqual(before)
    const bobs = await world.records.lookup.history({ account: world.people.bob.id }, 10)
    expect(bobs.filter(({ parent }) => parent !== undefined)).toEqual([])
  })

  it.each(commandNames)('tells nothing and changes nothing in `%s`, typed in its thread', async (name) => {
    const id = await hers()
    const before = await world.submissionOf(id)
    const answer = await world.ask(name, { as: 'bob', submission: id })
    expect(JSON.stringify(answer)).not.toMatch(/hers alone|store\.example/)
    expect(await world.submissionOf(id)).toEqual(before)
    expect(
      (await world.records.lookup.history({ account: world.people.bob.id }, 10)).map(({ parent }) => parent),
    ).not.toContain(id)
  })

  it('is unknown, in the very words for an id that does not exist', async () => {
    const id = await hers()
    const unknown = 'f'.repeat(24)
    for (const name of ['status', 'log', 'link', 'cancel', 'rerun']) {
      const [real, none] = [
        await world.ask(`${name} ${id}`, { as: 'bob' }),
        await world.ask(`${name} ${unknown}`, { as: 'bob' }),
      ]
      const plain = (answer: unknown, of: string) =>
        JSON.stringify(answer).replaceAll(of, 'ID').replaceAll(of.slice(0, 8), 'ID')
      expect(plain(real, id)).toBe(plain(none, unknown))
    }
  })
})

describe('an event of the chat', () => {
  it('that comes again after everything is over runs nothing again', async () => {
    const event = { eventKey: 'slack:T1:C1:1700000000.000100', place }
    await world.ask('submit https://git.example/ada/project', event)
    await world.stage()
    const run = await world.claim()
    await run.finish()
    const again = await world.ask('submit https://git.example/ada/project', event)
    expect(again.card.title).toContain('Already received')
    expect(await world.records.lookup.places('rai_amd64', 10)).toEqual([])
    expect(await world.records.lookup.history({ account: world.people.ada.id }, 10)).toHaveLength(1)
  })

  it('of nobody who is enrolled, or of another workspace, is refused', async () => {
    for (const identity of [
      { platform: 'terminal', workspace: 'here', user: 'mallory' },
      { platform: 'terminal', workspace: 'elsewhere', user: 'ada' },
      { platform: 'slack', workspace: 'here', user: 'ada' },
    ] as const) {
      const answer = await world.ask('submit https://git.example/x/y', { identity })
      expect(answer.card.title).toMatch(/does not know you/)
    }
    expect(await world.records.lookup.owed({ platform: 'terminal', workspace: 'here' }, 10)).toEqual([])
  })
})
