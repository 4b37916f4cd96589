import { afterEach, beforeEach, expect, test } from 'vitest'
import { until } from '../../support/until.ts'
import { createScriptedChat, type ScriptedChat } from '../scripted-chat.ts'
import { createWorld, type World } from '../world.ts'

let world: World
let chat: ScriptedChat

beforeEach(async () => {
  world = await createWorld()
  chat = createScriptedChat()
})

afterEach(() => world.dispose())

const root = () => chat.messages.find(({ place }) => place !== undefined)
const rootSays = (text: string) => until(async () => (root()?.card?.text.join().includes(text) ? true : undefined))
const told = 'TINA of the course staff looks after this.'

test('a live thread’s first message says who looks after it, and when nobody does any more', async () => {
  const id = await world.queued()
  world.render(chat)
  await rootSays('Waiting')
  await world.ask(`take ${id}`, { as: 'tina' })
  await rootSays(told)
  expect(root()?.card?.buttons).toEqual([{ action: 'release', label: 'Release', submission: id }])
  await world.ask(`release ${id}`, { as: 'tina' })
  await until(async () => (root()?.card?.text.join().includes(told) ? undefined : true))
})

test('so does one that ended long ago, and nothing else in it is touched', async () => {
  const id = await world.queued()
  const first = world.render(chat)
  await (await world.claim()).finish()
  await until(async () => (chat.settled.length === 1 ? true : undefined))
  await first.stop()
  const before = chat.messages.length
  chat.calls.length = 0
  await world.ask(`take ${id}`, { as: 'tina' })
  world.render(chat)
  await rootSays(told)
  await until(async () => ((await world.submissionOf(id)).holderIsNews === undefined ? true : undefined))

  expect(chat.messages).toHaveLength(before)
  expect(chat.calls.map(({ operation }) => operation)).toEqual(['edit'])
})

test('a quiet course has no message for it, and owes nothing', async () => {
  await world.dispose()
  world = await createWorld({ course: { visibility: 'quiet' } })
  const id = await world.queued()
  world.render(chat)
  await (await world.claim()).finish()
  await until(async () => (chat.messages.length === 1 ? true : undefined))
  await world.ask(`take ${id}`, { as: 'tina' })
  await until(async () => ((await world.submissionOf(id)).holderIsNews === undefined ? true : undefined))
  expect(chat.messages).toHaveLength(1)
})
