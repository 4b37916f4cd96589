import { afterEach, beforeEach, expect, test } from 'vitest'
import { bareResult } from '../../../core/records/json.ts'
import { type Course, openCourse, shown } from './course.ts'

let course: Course

beforeEach(async () => {
  course = await openCourse()
  course.slack.channel('CSTAFF', { name: 'staff', private: true, members: ['U3'] })
})

afterEach(async () => {
  await course.close()
  expect(course.slack.failures()).toEqual([])
})

const threads = { staffChannel: 'CSTAFF', staffPollMs: 50, staffPaceMs: 0 }
const tina = () => course.slack.user('U3')
const whispers = (channel: string) => tina().ephemerals(channel)

async function failed(): Promise<void> {
  await course.slack.user('U1').slash('/rai', 'submit https://git.example/ada/project', { channel: 'C1' })
  await course.slack.until(() => course.replies().length === 1)
  await course.stage()
  const run = await course.world.claim()
  await run.finish('system-error', bareResult('<!channel> broke.', 'engine-failed', 'e-42'))
  await course.slack.until(() => course.roots('CSTAFF').length === 1)
}

test('staff read what failed in their own channel, and run it again for its owner from there', async () => {
  await course.start({ threads })
  await failed()
  const [notice] = course.roots('CSTAFF')
  if (notice === undefined) throw new Error('no notice')
  expect(shown(notice)).toContain('A run failed through our fault')
  expect(shown(notice)).toContain('e-42')
  expect(shown(notice)).not.toContain('<!channel>')

  await tina().click(notice, 'rai_retry')
  await course.slack.until(() => course.roots('C1').length === 2 && whispers('CSTAFF').length === 1)
  expect(whispers('CSTAFF')[0]?.text).toContain('Running again')
  expect(course.roots('C1')[1]?.text).toContain('ada')
  await tina().click(notice, 'rai_take')
  await course.slack.until(() => course.roots('C1')[0]?.text.includes('TINA of the course staff') === true)
  expect(course.roots('CSTAFF')).toHaveLength(1)
})

test('who takes a thread over is named on its message, with a button that gives it back', async () => {
  await course.start({ threads })
  await failed()
  await course.slack.until(() => JSON.stringify(course.replies().map(shown)).includes('rai_take'))
  const id = course.roots()[0]?.metadata?.event_payload.submission
  const verdict = course.replies().find((one) => JSON.stringify(one.blocks).includes('rai_take'))
  if (verdict === undefined) throw new Error('no button')
  await course.slack.user('U1').click(verdict, 'rai_take')
  await course.slack.until(() =>
    course.slack
      .user('U1')
      .ephemerals('C1')
      .some(({ text }) => text.includes('Only the course staff')),
  )
  await tina().click(verdict, 'rai_take')
  const root = () => course.roots()[0]
  await course.slack.until(() => JSON.stringify(root()?.blocks).includes('rai_release'))
  const [shownRoot] = course.roots()
  if (shownRoot === undefined) throw new Error('no root')
  await tina().click(shownRoot, 'rai_release')
  await course.slack.until(() => !JSON.stringify(root()?.blocks).includes('rai_release'))
  expect(root()?.text).not.toContain('TINA')
  const rows = await course.world.records.audit.ofSubject(String(id), 9)
  expect(rows.map(({ action }) => action)).toEqual(['submission.take', 'submission.release'])
})

test('a restart tells nothing twice, also where an answer was lost', async () => {
  const first = await course.start({ threads: { ...threads, leaseMs: 1_500 } })
  await course.slack.user('U1').slash('/rai', 'submit https://git.example/ada/project', { channel: 'C1' })
  await course.slack.until(() => course.replies().length === 1)
  await course.stage()
  await first.stop()
  const run = await course.world.claim()
  await run.finish('system-error', bareResult('It broke.', 'engine-failed', 'e-1'))
  course.slack.fault('chat.postMessage', 'lost-answer', { times: 2 })
  await course.start({ threads: { ...threads, leaseMs: 1_500 } })
  await course.slack.until(() => course.roots('CSTAFF').length === 1 && course.replies().length >= 2, 20_000)
  await course.slack.until(() => course.roots()[0]?.text.includes('Our fault') === true, 20_000)
  expect(course.roots('CSTAFF')).toHaveLength(1)
})
