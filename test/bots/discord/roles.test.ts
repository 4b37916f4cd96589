import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Person } from '../../support/discord/people/person.ts'
import { type Course, openCourse, shown } from './course.ts'

let course: Course
let role: string

beforeEach(async () => {
  course = await openCourse()
  role = course.server.role('TAs')
  course.server.join(course.bob, ['TAs'])
  course.server.join(course.nobody, ['TAs'])
})

afterEach(async () => {
  await course.close()
  expect(course.discord.failures()).toEqual([])
})

const start = () =>
  course.start({ options: { guild: course.server.id }, serving: { roles: [{ group: role, role: 'ta' }] } })

async function whoIs(person: Person): Promise<string> {
  const { message } = await person.slash('rai', 'whoami', {}, { channel: course.lab })
  return shown(message)
}

async function said(person: Person, text: string): Promise<void> {
  const outcome = await person.slash('rai', 'whoami', {}, { channel: course.lab })
  await course.discord.until(() => shown(outcome.message).includes(text))
}

test('whoever has a mapped role of the server is what the map says', async () => {
  await start()
  await said(course.bob, 'ta')
  await said(course.ada, 'student')
})

test('a role makes nobody known, and an outage leaves people what a roster says', async () => {
  course.discord.fault('get_guild_member', 500, { times: 20 })
  await start()
  await said(course.nobody, 'does not know you')
  await said(course.bob, 'student')
  expect(await whoIs(course.ada)).toBeDefined()
})
