import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Course, openCourse } from './course.ts'

let course: Course

beforeEach(async () => {
  course = await openCourse()
})

afterEach(() => course.close())

test('over signed HTTP the same happens, and a forged or stale request does nothing', async () => {
  const { slack } = course
  const transport = { kind: 'http', signingSecret: slack.signingSecret, host: '127.0.0.1', port: 0 } as const
  const { url = '' } = await course.start({ options: { transport } })
  await slack.deliverTo(url)
  const ada = slack.user('U1')

  expect((await ada.slash('/rai', 'submit https://git.example/a', { channel: 'C1' })).acked).toBe(true)
  ada.mention('C1', 'submit https://git.example/b')
  await slack.until(() => course.roots().length === 2 && ada.ephemerals('C1').length === 2)
  await slack.until(() => course.replies().length === 1)
  const [live] = course.replies()
  if (live === undefined) throw new Error('no card')
  expect((await ada.click(live, 'rai_cancel')).acked).toBe(true)

  const form = 'application/x-www-form-urlencoded'
  const body = new URLSearchParams({ command: '/rai', text: 'submit https://git.example/c', user_id: 'U1' }).toString()
  const stale = await slack.post(url, form, body, { skewSeconds: -301 })
  const forged = await slack.post(url, form, body, { secret: 'guess' })
  expect([stale.status, forged.status]).toEqual([401, 401])
  await slack.until(() => ada.ephemerals('C1').length === 3)
  expect(course.roots()).toHaveLength(2)
  expect(slack.failures()).toEqual([])
})
