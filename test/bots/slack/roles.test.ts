import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Course, openCourse, shown } from './course.ts'

let course: Course

beforeEach(async () => {
  course = await openCourse()
  course.slack.userGroup('S1', { handle: 'tas', users: ['U2', 'U9', 'U20'] })
})

afterEach(async () => {
  await course.close()
  expect(course.slack.failures()).toEqual([])
})

const roles = [{ group: 'S1', role: 'ta' }]

async function roleOf(user: string): Promise<string> {
  const person = course.slack.user(user)
  const before = person.ephemerals('C1').length
  await person.slash('/rai', 'whoami', { channel: 'C1' })
  await course.slack.until(() => person.ephemerals('C1').length > before)
  const [last] = person.ephemerals('C1').slice(-1)
  return last === undefined ? '' : shown(last)
}

test('members of a mapped user group are what the map says, in what they may do as well', async () => {
  await course.start({ serving: { roles } })
  const id = await course.world.receive()
  expect(await roleOf('U2')).toContain('ta')
  expect(await roleOf('U1')).toContain('student')

  const bob = course.slack.user('U2')
  const before = bob.ephemerals('C1').length
  await bob.slash('/rai', `take ${id}`, { channel: 'C1' })
  await course.slack.until(() => bob.ephemerals('C1').length > before)
  expect(bob.ephemerals('C1').at(-1)?.text).toContain('You look after')
})

test('a group makes nobody known, and raises no guest', async () => {
  await course.start({ serving: { roles } })
  expect(await roleOf('U9')).toContain('does not know you')
  course.slack.user('U20', { guest: 'multi' })
  const { bob } = course.world.people
  await course.world.records.people.link({ platform: 'slack', workspace: course.slack.teamId, user: 'U20' }, bob.id)
  expect(await roleOf('U20')).toContain('student')
})

test('a role above what a roster says is never lowered by a group, and courses of others are not touched', async () => {
  await course.start({
    serving: {
      roles: [
        { group: 'S1', role: 'student' },
        { group: 'S1', role: 'instructor', course: 'other' },
      ],
    },
  })
  await course.world.records.people.enrol(course.world.people.bob.id, { course: 'demo', role: 'ta' })
  const said = await roleOf('U2')
  expect(said).toContain('ta')
  expect(said).not.toContain('instructor')
})

test('an outage of the groups leaves people what a roster says', async () => {
  course.slack.fault('usergroups.users.list', 500, { times: 20 })
  await course.start({ serving: { roles } })
  expect(await roleOf('U2')).toContain('student')
})
