import { expect, onTestFinished, test } from 'vitest'
import { twoCourses } from '../two-courses.ts'
import { openCourse } from './course.ts'

test('where a channel belongs to several courses, the form asks which one, and names what is open', async () => {
  const course = await openCourse({ courses: twoCourses })
  onTestFinished(() => course.close())
  const { slack, world } = course
  await course.start()
  const ada = slack.user('U1')
  await ada.slash('/rai', 'submit', { channel: 'C1' })
  await slack.until(() => ada.view() !== undefined)
  const form = JSON.stringify(ada.view()?.blocks)
  expect(form).toContain('Another course')
  expect(form).toContain('Open now: lab7')
  expect(form).not.toContain('final')

  await ada.submitView({ course: 'other', source: 'https://git.example/p' })
  await slack.until(() => JSON.stringify(ada.view()?.blocks).includes('not enrolled in other'))
  expect(JSON.stringify(ada.view()?.blocks)).toContain('"text":"Another course"},"value":"other"}}}')
  await ada.submitView({ course: 'demo', source: 'https://git.example/p' })
  await slack.until(() => course.roots().length === 1)
  expect(await world.records.lookup.history({ account: world.people.ada.id }, 1)).toMatchObject([{ course: 'demo' }])
  expect(slack.failures()).toEqual([])
})
