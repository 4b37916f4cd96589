import { afterEach, beforeEach, expect, test } from 'vitest'
import { gradedResult, gradedSource } from '../graded.ts'
import { final, measured } from '../measured.ts'
import { type Course, openCourse, shown } from './course.ts'

let course: Course

beforeEach(async () => {
  course = await openCourse({ course: { teams: { size: 2 }, assignments: [final] } })
  await course.start()
})

afterEach(async () => {
  await course.close()
  expect(course.slack.failures()).toEqual([])
})

/** What the person alone is answered. */
async function ask(user: string, text: string): Promise<string> {
  const person = course.slack.user(user)
  const before = person.ephemerals('C1').length
  await person.slash('/rai', text, { channel: 'C1' })
  await course.slack.until(() => person.ephemerals('C1').length > before)
  const message = person.ephemerals('C1').at(-1)
  return message === undefined ? '' : shown(message)
}

test('a team is made, joined by its code, shown and left', async () => {
  expect(await ask('U1', 'team')).toContain('You are in no team')
  const made = await ask('U1', 'team create tigers')
  expect(made).toContain('Your team is tigers')
  const code = /team join ([\w-]+)/.exec(made)?.[1] ?? ''
  expect(await ask('U2', `team join ${code}`)).toContain('2 of 2')
  expect(await ask('U2', 'team show')).toContain('ada, bob')
  expect(await ask('U2', 'team leave')).toContain('You left tigers')
})

test('two runs are compared, and the board has both', async () => {
  const { world } = course
  const [first, second] = [await measured(world, 'ada', 1500), await measured(world, 'ada', 1400)]
  expect(await ask('U1', `compare ${first} ${second}`)).toContain(first.slice(0, 8))
  expect(await ask('U1', 'ranking final')).toContain('1.400 s')
  expect(await ask('U1', 'ranking final mine')).toMatch(/1\.500 s[\s\S]*1\.400 s/)
})

test('staff see every run and write notes, and a student neither', async () => {
  const id = await measured(course.world, 'ada', 1500)
  expect(await ask('U3', 'staff')).toContain('runs')
  expect(await ask('U3', 'staff runs --verdict succeeded')).toContain(id.slice(0, 8))
  expect(await ask('U3', `staff note ${id} <!channel> *talk* to her`)).toContain('for staff only')
  const notes = await ask('U3', `staff notes ${id}`)
  expect(notes).toContain('talk')
  expect(notes).not.toContain('<!channel>')
  expect(await ask('U1', 'staff runs')).toMatch(/[Ss]taff/)
})

test('what a grader, a team or a note repeats of a student has no look of its own and wakes nobody', async () => {
  const { slack, world } = course
  await world.records.people.enrol(world.people.ada.id, { course: 'demo', role: 'student', team: '<!here>*x*' })
  await slack.user('U1').slash('/rai', 'submit https://git.example/ada/project --assignment final', { channel: 'C1' })
  await slack.until(() => course.replies().length === 1)
  await course.stage(gradedSource)
  await (await world.claim()).finish('succeeded', gradedResult('<!channel> ``` *Passed* <@U2> <https://x.example|RAI>'))
  await slack.until(() => course.replies().length === 3)
  const all = [...course.replies(), ...course.roots()].map(shown).join()
  expect(all).toContain('Passed with 87 points')
  expect(all).toContain('Its time is 412.5ms, the median of 3.')
  for (const text of [all, await ask('U1', 'team'), await ask('U1', 'whoami'), await ask('U1', 'status')]) {
    expect(text).not.toMatch(/<[!@]|<h[^>]*\||\*Passed\*/)
  }
})
