import { expect, onTestFinished, test } from 'vitest'
import { twoCourses } from '../two-courses.ts'
import { openCourse } from './course.ts'

test('where a channel belongs to several courses, the form asks which one, and what is open is suggested', async () => {
  const course = await openCourse({ courses: twoCourses })
  onTestFinished(() => course.close())
  const { ada, lab, discord, world } = course
  await course.start()
  const opened = await ada.slash('rai', 'submit', {}, { channel: lab })
  expect(JSON.stringify(opened.modal?.components)).toContain('Another course')
  await ada.modal({ course: ['demo'], repo: 'https://git.example/p', assignment: 'mine' })
  await discord.until(() => course.roots().length === 1)
  expect(await world.records.lookup.history({ account: world.people.ada.id }, 1)).toMatchObject([{ course: 'demo' }])

  const { choices } = await ada.autocomplete('rai', 'submit', { focused: 'assignment', typed: '' }, { channel: lab })
  expect(choices?.map(({ value }) => value)).toEqual(['lab7', 'mine'])
  expect(discord.failures()).toEqual([])
})
