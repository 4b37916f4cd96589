import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import type { Chat } from '../../../bots/chat.ts'
import { handleCommand } from '../../../bots/commands/handle.ts'
import { splitWords } from '../../../bots/commands/words.ts'
import { until } from '../../support/until.ts'
import { keysDesk, startCourier } from '../delivering.ts'
import { createScriptedChat } from '../scripted-chat.ts'
import { createWorld, place, type World } from '../world.ts'

let world: World
let files: Readonly<Record<string, string>>

beforeEach(async () => {
  world = await createWorld()
  files = {}
})

afterEach(() => world.dispose())

/** Somebody at a terminal, where no direct messages are and a screen is one pair of eyes. */
async function type(user: string, line: string, changes: { readonly ephemeral?: boolean } = {}) {
  const openFile = (path: string) => Readable.from([files[path] ?? ''])
  const context = { ...world.context, keys: { ...keysDesk(), openFile } }
  const answer = await handleCommand(context, {
    ...{ identity: { platform: 'terminal', workspace: 'here', user }, place, words: splitWords(line) },
    ...{ eventKey: randomUUID(), submittedAt: Date.now(), attachments: [], ephemeral: true },
    ...changes,
  })
  return [answer.card.title, ...answer.card.text, ...answer.card.tail].join('\n')
}

test('new keys at a terminal are typed for, and shown once', async () => {
  expect(await type('ada', 'key rotate')).toContain('New keys are ready')
  expect(await type('ada', 'key reveal', { ephemeral: false })).not.toContain('rais_')
  expect(await type('ada', 'whoami')).toContain('Your keys wait')
  expect(await type('ada', 'key reveal')).toMatch(/rais_[\w-]{43}/)
  expect(await type('ada', 'key reveal')).toContain('No keys wait')
  expect(await type('ada', 'key')).toContain('Your keys')
})

test('nobody makes new keys without end', async () => {
  for (let i = 0; i < 6; i += 1) expect(await type('ada', 'key rotate')).toContain('New keys are ready')
  expect(await type('ada', 'key rotate')).toContain('5 times within a day')
})

test('keys of others are not revealed, whoever knows their id', async () => {
  await type('ada', 'key rotate')
  const { reveals } = world.records.enrolment.deliveries
  const identity = { platform: 'terminal', workspace: 'here', user: 'ada' }
  const [offer] = await reveals.waitingFor({ identity, account: world.people.ada.id })
  expect(await type('bob', `key reveal ${offer?.id}`)).toContain('not for you')
  expect(await type('nobody', `key reveal ${offer?.id}`)).toContain('not for you')
})

async function becomeProf(): Promise<void> {
  const prof = await world.records.people.ensure({ username: 'prof' })
  await world.records.people.enrol(prof.id, { course: 'demo', role: 'instructor' })
  await world.records.people.link({ platform: 'terminal', workspace: 'here', user: 'prof' }, prof.id)
}

test('a roster on the disk is previewed, outdated by a change, and enrolled once confirmed', async () => {
  await becomeProf()
  files = { 'class.csv': 'username,email\neve,eve@x.edu\nada,ada@x.edu\n' }
  expect(await type('bob', 'keygen enroll class.csv')).toContain('Only instructors')
  expect(await type('prof', 'keygen enroll')).toContain('Send me the roster')
  const idOf = (text: string) => /keygen confirm ([0-9a-f]{24})/.exec(text)?.[1] ?? ''
  const first = await type('prof', 'keygen enroll class.csv keep-missing')
  expect(first).toContain('2 new')
  await world.records.enrolment.enrol({
    people: [
      { wanted: { username: 'eve', firstName: '', lastName: '', affiliation: '', course: 'demo', role: 'student' } },
    ],
    actor: 'somebody',
  })
  expect(await type('prof', `keygen confirm ${idOf(first)}`)).toContain('changed since you looked')
  const second = idOf(await type('prof', 'keygen enroll class.csv keep-missing'))
  expect(await type('ada', `keygen confirm ${second}`)).toContain('Only instructors')
  expect(await type('prof', `keygen confirm ${second}`)).toContain('Enrolling')
  const chat: Chat = { ...createScriptedChat(), platform: 'terminal', workspace: 'here' }
  const courier = startCourier(world, { chat, findPerson: async () => undefined })
  onTestFinished(() => courier.stop())
  await until(async () => (await world.records.enrolment.drafts.byId(second))?.state === 'done' || undefined)
  expect(await type('prof', 'keygen status')).toContain('2 in Demo course')
})
