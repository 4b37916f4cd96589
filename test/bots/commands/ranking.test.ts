import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Card } from '../../../bots/card.ts'
import type { Assignment } from '../../../core/course/assignment.ts'
import { final, measured as measuredIn } from '../measured.ts'
import { createWorld, type World } from '../world.ts'

let world: World

async function open(changes: Partial<Assignment> = {}): Promise<void> {
  world = await createWorld({
    course: {
      assignments: [
        { ...final, ...changes },
        { ...final, name: 'other' },
      ],
    },
  })
}

beforeEach(() => open())
afterEach(() => world.dispose())

const textOf = ({ title, text, fields }: Card) =>
  [title, ...text, ...fields.map(({ label, value }) => `${label}: ${value}`)].join('\n')
const ask = (text: string, as = 'ada') => world.ask(text, { as })
const say = async (text: string, as = 'ada') => textOf((await ask(text, as)).card)

const measured = (who: keyof World['people'], takenMs: number, counts = true) =>
  measuredIn(world, who, takenMs, { counts })

const scored = (who: keyof World['people'], score: number) =>
  measuredIn(world, who, 1, {}, { grade: { passed: true, score } })

describe('the board', () => {
  it('shows places, times and which line is one’s own, and no name', async () => {
    await measured('ada', 1500)
    await measured('bob', 900)
    await measured('bob', 100, false)
    const board = await say('ranking final')
    expect(board).toMatch(
      /^Final project: ranking\nBest time of each, less is better\.\n1\. \w+ \w+ \d\d: 900\.000 ms · 1 run\n2\./,
    )
    expect(board).toMatch(/2\. \w+ \w+ \d\d \(you\): 1\.500 s · 1 run/)
    expect(board).not.toMatch(/ada|bob/)
    expect(await say('ranking final', 'bob')).toMatch(/1\. \w+ \w+ \d\d \(you\)/)
  })

  it('says to staff who is behind a name', async () => {
    await measured('bob', 900)
    expect(await say('ranking final', 'tina')).toMatch(/1\. bob \(\w+ \w+ \d\d\): 900/)
  })

  it('comes with a picture, and with bars where none can be shown', async () => {
    await measured('ada', 1500)
    const { file } = await ask('ranking final')
    expect(file?.name).toBe('ranking.png')
    expect(file?.data.subarray(1, 4).toString('latin1')).toBe('PNG')
    expect(file?.text[0]).toMatch(/\(you\) {2}█{24} {2}1\.500 s/)
  })

  it('says so while nobody is on it, and which assignments have one', async () => {
    expect(await say('ranking final')).toMatch('Nobody is on it yet.')
    expect(await say('ranking')).toMatch('Say which assignment. These have one: `final`, `other`.')
    expect(await say('ranking fnal')).toMatch('Did you mean `final`?')
  })
})

describe('who is not on it', () => {
  it('learns why, in one sentence about the newest run', async () => {
    expect(await say('ranking final')).toMatch('You are not on it: you have submitted nothing for final.')
    const id = await measured('ada', 100, false)
    expect(await say('ranking final')).toMatch(`You are not on it: your newest run, ${id.slice(0, 8)}, does not count.`)
    await measured('bob', 900)
    expect(await say('ranking final')).toMatch(/less is better\.\nYou are not on it: .* does not count/)
    expect(await say('ranking final', 'bob')).not.toMatch('You are not on it')
    expect(await say('ranking final', 'tina')).not.toMatch('You are not on it')
  })

  it('is told of a score that is too low, and of a run that waits for the deadline', async () => {
    await world.dispose()
    await open({ ranking: { metric: 'time', order: 'ascending', of: 'best', pseudonyms: true, validScore: 50 } })
    await measured('ada', 100)
    expect(await say('ranking final')).toMatch('has no score, and 50 is the least.')
    await world.dispose()
    await open({ ranking: { metric: 'time', order: 'ascending', of: 'best', pseudonyms: true, frozenAt: 1000 } })
    await measured('ada', 100)
    expect(await say('ranking final')).toMatch('You are not on it yet: what you have ended after it was frozen.')
  })

  it('may be the staff, whose own runs never are', async () => {
    const { tina } = world.people
    await measuredIn(world, 'ada', 10, { account: tina.id })
    await measured('bob', 900)
    expect(await say('ranking final', 'tina')).toMatch(/^.*\n.*\n1\. bob .*: 900\.000 ms · 1 run$/)
  })
})

it('a board of scores lists the highest first', async () => {
  await world.dispose()
  await open({ ranking: { metric: 'score', order: 'descending', of: 'best', pseudonyms: false } })
  await scored('ada', 60)
  await scored('bob', 87.5)
  await measured('ada', 5)
  expect(await say('ranking final')).toMatch(
    /more is better\.\n1\. bob: 87\.5.* · 1 run\n2\. ada \(you\): 60.* · 1 run/,
  )
  expect(await say('ranking final mine')).toMatch(/: 60/)
})

describe('a frozen board', () => {
  it('shows students what it was, and staff what it is', async () => {
    await world.dispose()
    await open({ ranking: { metric: 'time', order: 'ascending', of: 'best', pseudonyms: true, frozenAt: 1000 } })
    await measured('ada', 1500)
    expect(await say('ranking final')).toMatch(/frozen until the deadline.\nNobody is on it yet/)
    expect(await say('ranking final', 'tina')).toMatch('1. ada')
  })
})

describe('one’s own results', () => {
  it('are listed oldest first, with a chart', async () => {
    const first = await measured('ada', 1500)
    const second = await measured('ada', 700, false)
    const { card, file } = await ask('ranking final mine')
    expect(textOf(card)).toBe(
      `Final project: yours\n${first.slice(0, 8)}: 1.500 s\n${second.slice(0, 8)}: 700.000 ms · does not count`,
    )
    expect(file?.name).toBe('progress.png')
    expect(file?.text[1]).toMatch(/\(does not count\) {2}█+.? +700\.000 ms/)
  })

  it('are nobody else’s', async () => {
    await measured('ada', 1500)
    expect(await say('ranking final mine', 'bob')).toMatch('None of your runs was measured yet.')
  })
})

it('history says what each was for, whether it counts, and what was measured', async () => {
  await measured('ada', 1500)
  await measured('ada', 700, false)
  const history = await say('history')
  expect(history).toMatch('· final · counts · 1.500 s ·')
  expect(history).toMatch('· final · does not count · 700.000 ms ·')
})
