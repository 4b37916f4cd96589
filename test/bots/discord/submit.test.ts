import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { buttonsOf } from '../../support/discord/reading.ts'
import { succeeded } from '../world.ts'
import { type Course, openCourse, shown } from './course.ts'

let course: Course

beforeEach(async () => {
  course = await openCourse()
})

afterEach(async () => {
  await course.close()
  expect(course.discord.failures()).toEqual([])
})

const repo = 'https://git.example/ada/project'
const submit = (who = course.ada, values: Parameters<typeof who.slash>[2] = { repo }) =>
  who.slash('rai', 'submit', values, { channel: course.lab })

test('a submission is acknowledged at once, then has a root, a thread, a verdict and its log', async () => {
  const { discord, world } = course
  await course.start()

  const outcome = await submit()
  expect([outcome.acked, outcome.callback, outcome.ephemeral]).toEqual([true, 'deferred', true])
  await discord.until(() => shown(outcome.message).includes('Received') && course.replies().length === 1)
  expect(shown(course.roots()[0])).toContain('ada\\: git.example/ada/project')

  await course.stage()
  await discord.until(() => shown(course.replies()[0]).includes('next in line'))
  expect(course.replies().flatMap(buttonsOf)).toMatchObject([{ label: 'Cancel' }])
  const run = await world.claim()
  await run.print('\u001b[31mhello from the GPU\u001b[0m\n')
  await discord.until(() => shown(course.replies()[0]).includes('\u001b[31mhello from the GPU'))
  await run.finish('failed', { ...succeeded, sentence: '`make` ended with exit code 2.' })
  await discord.until(() => course.replies().length === 3)

  const [live, verdict, file] = course.replies()
  await discord.until(() => shown(course.roots()[0]).includes('Failed after'))
  expect(shown(live)).toContain('What was submitted')
  expect(shown(verdict)).toContain('`make` ended with exit code 2.')
  expect(file?.attachments[0]?.name).toMatch(/^log-abc-.*\.txt$/)
  expect(file?.attachments[0]?.bytes.toString()).toBe('log')
  await discord.until(() => discord.thread(course.roots()[0] ?? '')?.archived === true)
})

test('what would fail later is refused privately, and nothing is posted', async () => {
  await course.start()
  const outcome = await submit(course.nobody)
  await course.discord.until(() => shown(outcome.message) !== '')

  expect(outcome.ephemeral).toBe(true)
  expect(shown(outcome.message)).toContain('RAI does not know you here yet')
  expect(course.roots()).toEqual([])
})

test('an attached archive is taken, and its bytes are Discord’s', async () => {
  const { discord, world } = course
  const { bot } = await course.start()
  const outcome = await submit(course.ada, { archive: { name: 'project.zip', bytes: 'zip' }, assignment: 'lab1' })
  await discord.until(() => shown(outcome.message).includes('Received') && course.roots().length === 1)

  const [submission] = await world.records.lookup.history({ account: world.people.ada.id }, 1)
  if (submission?.source.kind !== 'attachment') throw new Error('no attachment')
  expect(submission).toMatchObject({ assignment: 'lab1', source: { name: 'project.zip', bytes: 3 } })
  expect(await text(await bot.openAttachment(submission.source))).toBe('zip')
})

test('only the configured channels take submissions', async () => {
  const { discord, server, ada } = course
  const other = server.channel('random')
  await course.start({ options: { accepted: ['#lab'] } })
  const refused = await ada.slash('rai', 'submit', { repo }, { channel: other })
  await submit()
  await discord.until(() => shown(refused.message) !== '' && course.roots().length === 1)

  expect(shown(refused.message)).toContain('Go to \\#lab')
})

test('a permission that is missing is named to whoever asks', async () => {
  const { discord, server, ada } = course
  const closed = server.channel('closed', { denyBot: ['SendMessages', 'ReadMessageHistory'] })
  await course.start()
  const refused = await ada.slash('rai', 'submit', { repo }, { channel: closed })
  await discord.until(() => shown(refused.message) !== '')

  expect(shown(refused.message)).toContain('“Send Messages”, “Read Message History”')
  expect(course.roots(closed)).toEqual([])
})
