import { afterEach, expect, test } from 'vitest'
import { final, measured } from '../measured.ts'
import { type Course, openCourse, shown } from './course.ts'

let course: Course

afterEach(async () => {
  await course.close()
  expect(course.discord.failures()).toEqual([])
})

test('a board’s picture goes to the person alone, and the answer in the channel says where it is', async () => {
  course = await openCourse({ course: { assignments: [final] } })
  await measured(course.world, 'ada', 1500)
  await course.start()
  const { message, ephemeral } = await course.ada.slash(
    'rai',
    'ranking',
    { assignment: 'final' },
    { channel: course.lab },
  )
  await course.discord.until(() => shown(message).includes('ranking'))

  expect([ephemeral, shown(message)]).toEqual([
    true,
    expect.stringMatching(/png is in your direct messages[\s\S]*\(you\\\)/),
  ])
  expect(course.ada.directs().flatMap(({ attachments }) => attachments)).toMatchObject([
    { name: expect.stringMatching(/^ranking-.*\.png$/), contentType: 'image/png' },
  ])
})

test('somebody who takes no direct messages reads the bars instead', async () => {
  course = await openCourse({ course: { assignments: [final] } })
  await measured(course.world, 'ada', 1500)
  await course.start()
  course.ada.closeDirects()
  const { message } = await course.ada.slash('rai', 'ranking', { assignment: 'final' }, { channel: course.lab })
  await course.discord.until(() => shown(message).includes('ranking'))
  expect(shown(message)).toContain('█')
})
