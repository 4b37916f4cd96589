import { afterEach, beforeEach, expect, test } from 'vitest'
import { bareResult } from '../../../core/records/json.ts'
import type { Place } from '../../support/discord/administration.ts'
import { buttonsOf } from '../../support/discord/reading.ts'
import { type Course, openCourse, shown } from './course.ts'

let course: Course
let staff: Place

beforeEach(async () => {
  course = await openCourse()
  staff = course.server.channel('staff')
  const { bob } = course.world.people
  await course.world.records.people.enrol(bob.id, { course: 'demo', role: 'ta' })
})

afterEach(async () => {
  await course.close()
  expect(course.discord.failures()).toEqual([])
})

const threads = () => ({ staffChannel: staff.id, staffPollMs: 50, staffPaceMs: 0 })
const notices = () => course.roots(staff)

async function press(message: ReturnType<typeof notices>[number] | undefined, label: string) {
  const customId = message && buttonsOf(message).find((button) => button.label === label)?.customId
  if (message === undefined || customId === undefined) throw new Error(`no button ${label}`)
  const outcome = await course.bob.click(message, customId)
  await course.discord.until(() => shown(outcome.message) !== '')
  return outcome
}

test('staff read what failed in their own channel, act from there, and nothing hangs on it', async () => {
  const { ada, discord, lab } = course
  await course.start({ threads: threads() })
  await ada.slash('rai', 'submit', { repo: 'https://git.example/ada/project' }, { channel: lab })
  await discord.until(() => course.roots().length === 1 && course.replies().length === 1)
  await course.stage()
  const run = await course.world.claim()
  await run.finish('system-error', bareResult('@everyone broke.', 'engine-failed', 'e-42'))
  await discord.until(() => notices().length === 1)

  expect(shown(notices()[0])).toContain('A run failed through our fault')
  expect(shown(notices()[0])).toMatch(/e\\-42/)
  expect([notices()[0]?.pings.everyone, notices()[0]?.threadId]).toEqual([false, undefined])
  const again = await press(notices()[0], 'Run again')
  expect([again.ephemeral, shown(again.message)]).toEqual([true, expect.stringContaining('Running again')])
  await discord.until(() => course.roots().length === 2)
  await press(notices()[0], 'Take over')
  await discord.until(() => shown(course.roots()[0]).includes('BOB of the course staff'))
  await press(course.roots()[0], 'Release')
  await discord.until(() => !shown(course.roots()[0]).includes('BOB of the course staff'))
})
