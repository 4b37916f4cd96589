import { afterEach, beforeEach, expect, test } from 'vitest'
import { ChatError } from '../../../bots/chat.ts'
import type { StaffChannelOptions } from '../../../bots/staff/staff-channel.ts'
import { bareResult } from '../../../core/records/json.ts'
import { until } from '../../support/until.ts'
import { createScriptedChat, type ScriptedChat } from '../scripted-chat.ts'
import { createWorld, demo, type World } from '../world.ts'

let world: World
let chat: ScriptedChat

beforeEach(async () => {
  world = await createWorld()
  chat = createScriptedChat()
})

afterEach(() => world.dispose())

const quickly = { staffChannel: 'CSTAFF', staffPollMs: 20, staffPaceMs: 0, leaseMs: 1_000 }

const start = (changes: Partial<StaffChannelOptions> = {}) => world.render(chat, { ...quickly, ...changes })

async function failed(errorId = 'e-42'): Promise<string> {
  const id = await world.queued()
  const run = await world.claim()
  await run.finish('system-error', bareResult('The engine broke.', 'engine-failed', errorId))
  return id
}

const notices = () => chat.messages.filter(({ place }) => place?.channel === 'CSTAFF')
const toldOf = (count: number) => until(async () => (notices().length >= count ? true : undefined))
const settled = () =>
  until(async () => {
    const here = { platform: 'terminal', workspace: 'here' } as const
    const { unsent, waiting } = world.records.notices
    return (await unsent(here)).length + (await waiting(here, 9)).length === 0 ? true : undefined
  })

test('a run that failed through our fault is told with its ids and what staff can do', async () => {
  const id = await failed()
  start()
  await toldOf(1)
  const card = notices()[0]?.card

  expect(card?.title).toBe('A run failed through our fault')
  expect(card?.text[0]).toBe('The engine broke.')
  expect(card?.fields).toContainEqual({ label: 'Error', value: 'e-42' })
  expect(card?.fields).toContainEqual({ label: 'Id', value: id })
  expect(card?.fields).toContainEqual({ label: 'Who', value: 'ada' })
  expect(card?.buttons.map(({ label }) => label)).toEqual(['Run again', 'Take over'])
})

test('messages that nobody can read, and parts that are not well, are told, and when they are well again', async () => {
  await world.records.operations.putAside({ queue: 'rai_amd64', problem: 'it is no JSON', body: '{' })
  await world.records.alarms.raise({ host: 'h1', name: 'disk' }, 'only 1 GiB is free')
  start()
  await toldOf(2)
  await world.records.alarms.clear({ host: 'h1', name: 'disk' })
  await toldOf(3)
  const said = notices().map(({ card }) => [card?.title, card?.text[0]?.replace(/ · [-\d: ]+UTC$/, '')])

  expect(said.toSorted()).toEqual([
    ['1 message in the queue that nobody can read', expect.stringMatching(/^[0-9a-f]{8} in rai_amd64: it is no JSON$/)],
    ['A part of RAI is not well', 'disk on h1: only 1 GiB is free'],
    ['Well again', 'disk on h1 is well again'],
  ])
})

test('a flood is one message, and what comes within the pause waits for the next', async () => {
  for (let time = 0; time < 15; time += 1) await failed(`e-${time}`)
  const first = start({ staffPaceMs: 60_000 })
  await toldOf(1)
  await failed('late')
  await until(async () =>
    (await world.records.notices.waiting({ platform: 'terminal', workspace: 'here' }, 5)).length === 1
      ? true
      : undefined,
  )
  expect(notices()).toHaveLength(1)
  expect(notices()[0]?.card?.title).toBe('15 runs failed through our fault')
  expect(notices()[0]?.card?.fields).toHaveLength(12)
  expect(notices()[0]?.card?.text).toContain('…and 3 more.')
  await first.stop()
  start()
  await toldOf(2)
  expect(notices()[1]?.card?.fields).toContainEqual({ label: 'Error', value: 'late' })
})

test('a process that dies between posting and writing it down tells nothing twice', async () => {
  await failed()
  chat.script = (operation) => (operation === 'postNotice' ? { lost: new ChatError('later', 'no answer') } : undefined)
  const first = start()
  await toldOf(1)
  await first.stop()
  chat.script = () => undefined
  start()
  await settled()
  expect(notices()).toHaveLength(1)
})

test('an outage loses nothing, and a channel that is gone ends nothing else', async () => {
  await failed()
  let refused = 0
  chat.script = (operation) => {
    if (operation !== 'postNotice' || refused >= 2) return undefined
    refused += 1
    return new ChatError('later', 'not now')
  }
  start()
  await toldOf(1)
  await settled()
  chat.script = (operation) => (operation === 'postNotice' ? new ChatError('gone', 'no such channel') : undefined)
  await failed()
  await settled()
  expect(notices()).toHaveLength(1)
})

test('a course’s own channel wins, and where there is none at all nothing is told', async () => {
  await world.dispose()
  const staffChannel = { platform: 'terminal', workspace: 'here', channel: 'COURSE' } as const
  world = await createWorld({ course: { ...demo, staffChannel } })
  await failed()
  start()
  await until(async () => chat.messages.find(({ place }) => place?.channel === 'COURSE'))
  expect(notices()).toEqual([])
})

test('a channel whose place names no workspace is the course’s all the same', async () => {
  await world.dispose()
  const staffChannel = { platform: 'terminal', workspace: '', channel: 'COURSE' } as const
  world = await createWorld({ course: { ...demo, staffChannel } })
  await failed()
  start({ staffChannel: undefined })
  await until(async () => chat.messages.find(({ place }) => place?.channel === 'COURSE'))
})

test('what a stranger named cannot fill a notice', async () => {
  const url = `https://git.example/${'x'.repeat(5_000)}\n@everyone`
  await world.queued({ source: { kind: 'git', url } })
  await (await world.claim()).finish('system-error', bareResult(`\u001b[2J${'y'.repeat(9_000)}`, 'engine-failed'))
  start()
  await toldOf(1)
  const card = JSON.stringify(notices()[0]?.card)
  expect(card.length).toBeLessThan(2_500)
  expect(card).not.toContain('u001b')
})
