import { afterEach, beforeEach, expect, test } from 'vitest'
import { gradedResult, gradedSource } from '../graded.ts'
import { final, measured } from '../measured.ts'
import { type Course, openCourse, shown } from './course.ts'

let course: Course

beforeEach(async () => {
  course = await openCourse({ course: { teams: { size: 2 }, assignments: [final] } })
})

afterEach(async () => {
  await course.close()
  expect(course.discord.failures()).toEqual([])
})

/** What the person alone is answered. */
async function ask(who: Course['ada'], command: string, options: Parameters<typeof who.slash>[2] = {}) {
  const { message, ephemeral } = await answered(who, command, options)
  expect(ephemeral).toBe(true)
  return shown(message)
}

async function answered(who: Course['ada'], command: string, options: Parameters<typeof who.slash>[2]) {
  const outcome = await who.slash('rai', command, options, { channel: course.lab })
  await course.discord.until(() => shown(outcome.message) !== '')
  return outcome
}

test('a team is made, joined by its code, shown and left', async () => {
  const { ada, bob } = course
  await course.start()
  expect(await ask(ada, 'team')).toContain('You are in no team')
  const made = await ask(ada, 'team', { action: 'create', team: 'tigers' })
  expect(made).toContain('Your team is tigers')
  const code = /team join ([\w-]+)/.exec(made.replaceAll('\\', ''))?.[1] ?? ''
  expect(await ask(bob, 'team', { action: 'join', team: code })).toContain('2 of 2')
  expect(await ask(bob, 'team', { action: 'show' })).toContain('ada, bob')
  expect(await ask(bob, 'team', { action: 'leave' })).toContain('You left tigers')
})

test('two runs are compared, and the board has both', async () => {
  const { ada, world } = course
  const [first, second] = [await measured(world, 'ada', 1500), await measured(world, 'ada', 1400)]
  await course.start()
  expect(await ask(ada, 'compare', { id: first, other: second })).toContain(first.slice(0, 8))
  expect(await ask(ada, 'ranking', { assignment: 'final' })).toContain('1.400 s')
  expect(await ask(ada, 'ranking', { assignment: 'final', view: 'mine' })).toMatch(/1\.500 s[\s\S]*1\.400 s/)
})

test('staff see every run and write notes, and a student neither', async () => {
  const { ada, bob, world } = course
  await world.records.people.enrol(world.people.bob.id, { course: 'demo', role: 'ta' })
  const id = await measured(world, 'ada', 1500)
  await course.start()
  expect(await ask(bob, 'staff')).toContain('runs')
  expect(await ask(bob, 'staff', { do: 'runs', verdict: 'succeeded' })).toContain(id.slice(0, 8))
  expect(await ask(bob, 'staff', { do: 'note', with: `${id} @everyone **talk** to her` })).toContain('for staff only')
  expect(await ask(bob, 'staff', { do: 'notes', with: id })).toContain('talk')
  expect(await ask(ada, 'staff', { do: 'runs' })).toMatch(/[Ss]taff/)
})

test('what a grader, a team or a note repeats of a student has no look of its own and wakes nobody', async () => {
  const { ada, discord, lab, world } = course
  await world.records.people.enrol(world.people.ada.id, { course: 'demo', role: 'student', team: '@here **x**' })
  await course.start()
  const repo = 'https://git.example/ada/project'
  await ada.slash('rai', 'submit', { repo, assignment: 'final' }, { channel: lab })
  await discord.until(() => course.roots().length === 1 && course.replies().length === 1)
  await course.stage(gradedSource)
  await (await world.claim()).finish(
    'succeeded',
    gradedResult('@everyone ``` **Passed** <@1> [RAI](https://x.example)'),
  )
  await discord.until(() => course.replies().length === 3)
  const messages = [...course.replies(), ...course.roots()]
  const all = messages.map(shown).join()
  expect(all).toContain('Passed with 87 points')
  expect(all).toMatch(/412\.5ms, the median of 3/)
  expect(messages.every(({ pings }) => !pings.everyone && pings.users.length === 0)).toBe(true)
  for (const text of [all, await ask(ada, 'team'), await ask(ada, 'whoami'), await ask(ada, 'status')]) {
    expect(text).not.toMatch(/@(everyone|here)|\*\*Passed|[^\\]\]\(/)
  }
})
