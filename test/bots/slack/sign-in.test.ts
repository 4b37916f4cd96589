import { afterEach, beforeEach, expect, test } from 'vitest'
import { Refusal } from '../../../core/errors.ts'
import { type Course, openCourse } from './course.ts'

let course: Course

beforeEach(async () => {
  course = await openCourse()
})

afterEach(async () => {
  await course.close()
  if (course.slack.failures().length > 0) throw new Error(JSON.stringify(course.slack.failures().slice(0, 3)))
})

const byEmail = async (emails: readonly string[]) =>
  emails.includes('bob@example.edu') ? [course.world.people.bob] : []

async function whoIs(user: string, options: Parameters<Course['slack']['user']>[1]) {
  await course.start({ serving: { byEmail } })
  const person = course.slack.user(user, options)
  await person.slash('/rai', 'whoami', { channel: 'C1' })
  await course.slack.until(() => person.ephemerals('C1').length === 1)
  return person.ephemerals('C1')[0]?.text
}

test('a full member whose confirmed address is in the roster is known, told, and on record', async () => {
  expect(await whoIs('U20', { email: 'bob@example.edu' })).toContain('You are BOB (bob)')
  const direct = course.slack.directOf('U20')
  expect(course.slack.messages(direct)[0]?.text).toContain('You are signed in to RAI as bob')
  const rows = await course.world.records.audit.ofSubject(`slack:${course.slack.teamId}:U20`, 5)
  expect(rows).toMatchObject([{ actor: 'system', action: 'identity.link', detail: { by: 'address' } }])
})

test.each([
  ['a guest', { guest: 'multi' as const }],
  ['a guest of one channel', { guest: 'single' as const }],
  ['somebody of a connected workspace', { stranger: true }],
  ['a bot', { bot: true }],
  ['somebody whose address is not confirmed', { emailConfirmed: false }],
])('%s is not known by address', async (_who, options) => {
  expect(await whoIs('U20', { email: 'bob@example.edu', ...options })).toContain('does not know you')
})

test('whoever signs out stays out until they sign in', async () => {
  await whoIs('U20', { email: 'bob@example.edu' })
  const person = course.slack.user('U20')
  await person.slash('/rai', 'logout', { channel: 'C1' })
  await course.slack.until(() => person.ephemerals('C1').length === 2)
  await person.slash('/rai', 'whoami', { channel: 'C1' })
  await course.slack.until(() => person.ephemerals('C1').length === 3)
  expect(person.ephemerals('C1')[2]?.text).toContain('does not know you')
})

test('keys from the enrolment message sign in, and nobody sees them again', async () => {
  const verify = async (accessKey: string) => {
    if (accessKey !== 'raia_ok') throw new Refusal('wrong-keys', 'These keys are wrong.')
    return {
      account: course.world.people.bob,
      credential: { accessKey, account: course.world.people.bob.id, createdAt: 0 },
    }
  }
  await course.start({ serving: { verify } })
  const person = course.slack.user('U9')
  await person.slash('/rai', 'login', { channel: 'C1' })
  await course.slack.until(() => person.view() !== undefined)
  await person.submitView({ access: 'raia_ok', secret: 'rais_secret' })
  await course.slack.until(() => JSON.stringify(person.view()?.blocks).includes('Signed in as bob'))
  await person.slash('/rai', 'whoami', { channel: 'C1' })
  await course.slack.until(() => person.ephemerals('C1').length === 1)
  expect(person.ephemerals('C1')[0]?.text).toContain('bob')
})

test('the account’s owner hears of it by mail as well, and a failure of that ends nothing', async () => {
  const mails: string[] = []
  const mail = async ({ username }: { username: string }, { text }: { text: string }) => {
    mails.push(`${username}: ${text}`)
    throw new Error('no mail today')
  }
  await course.start({ serving: { byEmail, mail } })
  const person = course.slack.user('U20', { email: 'bob@example.edu' })
  await person.slash('/rai', 'whoami', { channel: 'C1' })
  await course.slack.until(() => person.ephemerals('C1').length === 1)
  expect(mails).toEqual([expect.stringContaining('bob: Hello BOB,')])
  expect(person.ephemerals('C1')[0]?.text).toContain('You are BOB')
})

test('a full member whose id is in a roster is known without an address', async () => {
  const bySlackUser = async (user: string) => (user === 'U20' ? [course.world.people.bob] : [])
  await course.start({ serving: { bySlackUser } })
  const person = course.slack.user('U20')
  await person.slash('/rai', 'whoami', { channel: 'C1' })
  await course.slack.until(() => person.ephemerals('C1').length === 1)
  expect(person.ephemerals('C1')[0]?.text).toContain('You are BOB')
})
