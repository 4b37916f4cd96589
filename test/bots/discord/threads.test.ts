import { afterEach, beforeEach, expect, test } from 'vitest'
import { buttonsOf } from '../../support/discord/reading.ts'
import { type Course, openCourse, shown } from './course.ts'

let course: Course

async function open(given: Parameters<typeof openCourse>[0] = {}): Promise<Course> {
  await course.close()
  course = await openCourse(given)
  return course
}

beforeEach(async () => {
  course = await openCourse()
})

afterEach(async () => {
  await course.close()
  expect(course.discord.failures()).toEqual([])
})

const submit = (channel = course.lab) =>
  course.ada.slash('rai', 'submit', { repo: 'https://git.example/ada/project' }, { channel })

/** The bot's answers to a root, where they are replies in its channel. */
const repliesIn = (channel = course.lab) =>
  course.discord.messages(channel).filter(({ replyTo }) => replyTo !== undefined)

async function runToTheEnd(): Promise<void> {
  await course.stage()
  const run = await course.world.claim()
  await run.print('hello\n')
  await run.finish()
}

const hasLog = ({ attachments }: { readonly attachments: readonly unknown[] }) => attachments.length > 0

test.each([
  ['a channel without threads', 'There are no threads', () => course.server.channel('talk', { type: 2 })],
  [
    'a channel where it may not',
    'I may not start threads',
    () => course.server.channel('x', { denyBot: ['CreatePublicThreads'] }),
  ],
])('in %s everything comes as replies, which is said once', async (_, why, createChannel) => {
  const { discord } = course
  const channel = createChannel()
  await course.start()
  await submit(channel)
  await discord.until(() => repliesIn(channel).length === 2)
  await runToTheEnd()
  await discord.until(() => repliesIn(channel).some(hasLog))

  const texts = repliesIn(channel).map(shown)
  expect(texts.filter((text) => text.includes(why))).toHaveLength(1)
  expect(texts.filter((text) => text.includes('Succeeded'))).toHaveLength(1)
  expect(repliesIn(channel)).toHaveLength(4)
})

test('too many open threads in the server make replies of it', async () => {
  const { discord } = await open({
    discord: { limits: { global: { requests: 1e6, perMs: 1 }, routes: {}, activeThreads: 0 } },
  })
  await course.start()
  await submit()
  await discord.until(() => repliesIn().length === 2)

  expect(repliesIn().map(shown).join()).toContain('too many open threads')
})

test('a thread that somebody archived is opened again for the next edit', async () => {
  const { discord, world } = course
  await course.start()
  await submit()
  await discord.until(() => course.replies().length === 1)
  const [root] = course.roots()
  discord.archive(root?.threadId ?? '')
  await course.stage()
  const run = await world.claim()
  await run.print('hello again\n')
  await discord.until(() => shown(course.replies()[0]).includes('hello again'))
  await run.finish()
  await discord.until(() => course.replies().some(hasLog) && discord.thread(root ?? '')?.archived === true)
  expect(course.replies()).toHaveLength(3)
})

const locked = { status: 400, code: 160_005, message: 'Thread is locked' }

test.each([
  ['deleted', (id: string) => course.server.deleteChannel({ id, name: '' })],
  ['locked', (id: string) => course.discord.fault('create_message', locked, { where: { channel_id: id } })],
])('a thread that somebody %s goes on as replies, and nothing is lost', async (_, close) => {
  const { discord } = course
  await course.start()
  await submit()
  await discord.until(() => course.replies().length === 1)
  close(course.roots()[0]?.threadId ?? '')
  await runToTheEnd()
  await discord.until(() => repliesIn().some(hasLog))

  const texts = repliesIn().map(shown)
  expect(texts.filter((text) => text.includes('was deleted or locked'))).toHaveLength(1)
  expect(texts.filter((text) => text.includes('Succeeded'))).toHaveLength(1)
})

test('a log that is too large for the server is a link instead', async () => {
  const { discord } = await open({ guild: { fileBytes: 2 } })
  await course.start()
  await submit()
  await discord.until(() => course.replies().length === 1)
  await runToTheEnd()
  await discord.until(() => course.replies().length === 3)

  const note = course.replies()[2]
  expect(note?.attachments).toEqual([])
  expect(note === undefined ? [] : buttonsOf(note)).toMatchObject([{ label: 'Whole log' }])
})

test('without the right to attach files the log is a link', async () => {
  const { discord } = course
  const channel = course.server.channel('bare', { deny: ['AttachFiles'] })
  await course.start()
  await submit(channel)
  await discord.until(() => course.replies(course.roots(channel)[0]).length === 1)
  await runToTheEnd()
  await discord.until(() => course.replies(course.roots(channel)[0]).length === 3)

  expect(
    course
      .replies(course.roots(channel)[0])
      .flatMap(buttonsOf)
      .map(({ label }) => label),
  ).toContain('Whole log')
})

test('a private course answers in direct messages', async () => {
  const { discord, ada, lab } = await open({ course: { visibility: 'private' } })
  await course.start()
  await submit()
  await discord.until(() => ada.directs().length === 2)
  await runToTheEnd()
  await discord.until(() => ada.directs().some(hasLog))

  expect(course.roots(lab)).toEqual([])
  expect(ada.directs()).toHaveLength(4)
  expect(buttonsOf(ada.directs()[2] ?? never()).some(({ url }) => url?.startsWith('https://store.example'))).toBe(true)
})

test('whoever takes no direct messages is told where they asked, and can still see it all', async () => {
  const { discord, ada, lab } = await open({ course: { visibility: 'private' } })
  ada.closeDirects()
  await course.start()
  const outcome = await submit()
  await discord.until(() => outcome.followups.length === 1)

  expect(shown(outcome.followups[0])).toContain('you take none from this server')
  expect(outcome.followups[0]?.ephemeralTo).toBe(ada.id)
  const status = await ada.slash('rai', 'status', {}, { channel: lab })
  await discord.until(() => shown(status.message).includes('Your submissions now'))
})

function never(): never {
  throw new Error('there is no such message')
}
