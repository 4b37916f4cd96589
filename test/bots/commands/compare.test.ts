import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Card } from '../../../bots/card.ts'
import { createWorld, succeeded, type World } from '../world.ts'

let world: World

beforeEach(async () => {
  world = await createWorld()
})

afterEach(() => world.dispose())

const textOf = ({ title, text, fields }: Card) =>
  [title, ...text, ...fields.map(({ label, value }) => `${label}: ${value}`)].join('\n')
const say = async (text: string, as = 'ada') => textOf((await world.ask(text, { as })).card)

async function ran(durationMs: number): Promise<string> {
  const id = await world.queued()
  await (await world.claim()).finish('succeeded', { ...succeeded, durationMs })
  return id
}

it('compares the newest run with the one before it, or two that are named, the older one first', async () => {
  const first = await ran(2000)
  const second = await ran(1000)
  const third = await ran(1000)
  expect(await say('compare')).toMatch(new RegExp(`^${second.slice(0, 8)} → ${third.slice(0, 8)}`))
  const named = await say(`compare ${second} ${first}`)
  expect(named).toMatch(new RegExp(`^${first.slice(0, 8)} → ${second.slice(0, 8)}`))
  expect(named).toMatch('Run time: 2s → 1s (50% less)')
})

it('compares a run that repeats another with that one', async () => {
  const first = await ran(2000)
  await ran(9000)
  const again = await world.receive({ parent: first, source: { kind: 'rerun', submission: first } })
  expect(await say(`compare ${again}`)).toMatch(new RegExp(`^${first.slice(0, 8)} → ${again.slice(0, 8)}`))
})

it('says so when there is nothing to compare with, and shows nobody the runs of others', async () => {
  expect(await say('compare')).toMatch('You have nothing that has ended yet')
  const only = await ran(1000)
  expect(await say(`compare ${only}`)).toMatch('There is no earlier run to compare')
  expect(await say(`compare ${only}`, 'bob')).toMatch('There is no submission')
})
