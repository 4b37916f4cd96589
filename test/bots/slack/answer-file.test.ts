import { afterEach, expect, test } from 'vitest'
import { final, measured } from '../measured.ts'
import { type Course, openCourse } from './course.ts'

let course: Course

afterEach(async () => {
  await course.close()
  expect(course.slack.failures()).toEqual([])
})

test('a board’s picture goes to the person alone, and the answer in the channel says where it is', async () => {
  course = await openCourse({ course: { assignments: [final] } })
  await measured(course.world, 'ada', 1500)
  await course.start()
  const { slack } = course
  const ada = slack.user('U1')
  await ada.slash('/rai', 'ranking final', { channel: 'C1' })
  await slack.until(() => ada.ephemerals('C1').length === 1)

  expect(JSON.stringify(ada.ephemerals('C1')[0])).toMatch(/\(you\).*ranking\.png is in your direct messages/)
  const files = slack.messages(slack.directOf('U1')).flatMap((message) => message.files)
  expect(files).toMatchObject([{ name: expect.stringMatching(/^ranking-.*\.png$/) }])
  expect(slack.messages('C1').flatMap((message) => message.files)).toEqual([])
})
