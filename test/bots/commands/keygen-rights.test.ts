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

/** What staff may do to whom with `/rai keygen`, here and to people of other courses. */

let world: World
let roster: string

beforeEach(async () => {
  world = await createWorld()
  await add('prof', { demo: 'instructor' })
})

afterEach(() => world.dispose())

async function add(username: string, roles: Readonly<Record<string, string>>, email?: string) {
  const { people } = world.records
  const account = await people.ensure({ username, ...(email === undefined ? {} : { email }) })
  for (const [course, role] of Object.entries(roles)) await people.enrol(account.id, { course, role })
  await people.link({ platform: 'terminal', workspace: 'here', user: username }, account.id)
  return account
}

async function type(user: string, line: string) {
  const openFile = () => Readable.from([roster])
  const answer = await handleCommand(
    { ...world.context, keys: { ...keysDesk(), openFile } },
    {
      ...{ identity: { platform: 'terminal', workspace: 'here', user }, place, words: splitWords(line) },
      ...{ eventKey: randomUUID(), submittedAt: Date.now(), attachments: [], ephemeral: true },
    },
  )
  return [answer.card.title, ...answer.card.text, ...answer.card.tail].join('\n')
}

async function enrol(csv: string) {
  roster = csv
  return type('prof', 'keygen enroll class.csv keep-missing')
}

test('a TA renews and ends the keys of students, and of no other staff; and enrols nobody', async () => {
  await add('tom', { demo: 'ta' })
  expect(await type('tina', 'keygen revoke ada')).toContain('ada is signed out everywhere')
  expect(await type('tina', 'keygen revoke prof')).toContain('may not revoke the keys of an instructor of this course')
  expect(await type('tina', 'keygen rotate tom')).toContain('may not rotate the keys of a TA of this course')
  expect(await type('tina', 'keygen status')).toContain('Demo course')
  expect(await type('tina', 'keygen enroll class.csv')).toContain('Only instructors enrol people')
  expect(await type('bob', 'keygen status')).toContain('Only the course staff')
})

test('an instructor reaches nobody who is in another course alone, and no keys of its staff', async () => {
  await add('eve', { other: 'student' })
  await add('ivy', { demo: 'student', other: 'ta' })
  await add('joe', { demo: 'student', other: 'student' })
  for (const verb of ['rotate', 'resend', 'revoke']) {
    expect(await type('prof', `keygen ${verb} eve`)).toContain('Nobody in demo is called “eve”')
    expect(await type('prof', `keygen ${verb} ivy`)).toContain('staff of another course')
  }
  expect(await type('prof', 'keygen revoke joe')).toContain('signed out everywhere')
})

test('a roster never sends the keys of somebody of another course elsewhere', async () => {
  await add('boss', { other: 'instructor' }, 'boss@x.edu')
  expect(await enrol('username,email\nboss,mallory@x.edu\n')).toContain('in another course as well')
  expect(await enrol('username,email,slack\nboss,boss@x.edu,U0MALLORY\n')).toContain('in another course as well')
  expect(await enrol('username,slack\nboss,U0MALLORY\n')).toContain('in another course as well')
  expect(await enrol('username,email\nboss,Boss@x.edu\n')).toContain('1 new')
})

test('a roster changes no staff that a group of the chat made, and opens no closed account', async () => {
  const { people, enrolment } = world.records
  await add('dean', { demo: 'admin' }, 'dean@x.edu')
  expect(await enrol('username,email,role\ndean,mallory@x.edu,student\n')).toContain('may not make anybody admin')
  const gone = await people.ensure({ username: 'gone', email: 'gone@x.edu' })
  await enrolment.close(gone.id, 'shell:root')
  expect(await enrol('username,email\ngone,gone@x.edu\n')).toContain('was closed')
  expect(await enrol('username,email,role\nnew,new@x.edu,instructor\n')).toContain('may not make anybody instructor')
})

test('who loses the right between preview and work changes nothing', async () => {
  const text = await enrol('username,email\nzoe,zoe@x.edu\n')
  const id = /keygen confirm ([0-9a-f]{24})/.exec(text)?.[1] ?? ''
  expect(await type('prof', `keygen confirm ${id}`)).toContain('Enrolling')
  await add('prof', { demo: 'ta' })
  const chat: Chat = { ...createScriptedChat(), platform: 'terminal', workspace: 'here' }
  const courier = startCourier(world, { chat, findPerson: async () => undefined })
  onTestFinished(() => courier.stop())
  const { drafts } = world.records.enrolment
  await until(async () => (await drafts.byId(id))?.state === 'failed' || undefined)
  expect(await world.records.people.byUsername('zoe')).toBeUndefined()
})
