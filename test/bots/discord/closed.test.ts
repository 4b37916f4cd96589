import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Course, openCourse } from './course.ts'

let course: Course

beforeEach(async () => {
  course = await openCourse({ course: { visibility: 'private' } })
})

afterEach(async () => {
  await course.close()
  expect(course.discord.failures()).toEqual([])
})

test('whoever takes no direct messages and asked long ago is told by mail, once', async () => {
  const { ada, discord, world } = course
  ada.closeDirects()
  await world.records.people.ensure({ username: 'ada2', email: 'ada@example.edu' })
  const account = await world.records.people.byUsername('ada2')
  if (account === undefined) throw new Error('no account')
  await world.records.people.link({ platform: 'discord', workspace: discord.applicationId, user: ada.id }, account.id)
  const mails: string[] = []
  const mail = async (to: { readonly email?: string }, { text }: { readonly text: string }) => {
    mails.push(`${to.email}: ${text}`)
  }
  const place = { platform: 'discord', workspace: discord.applicationId, channel: `@${ada.id}` } as const
  const ids = [await world.receive({ place }), await world.receive({ place })]
  await course.start({ serving: { mail } })
  await discord.until(() => mails.length > 0)
  const { deliveries } = world.records
  await expect
    .poll(async () => (await Promise.all(ids.map((id) => deliveries.ofSubmission(id)))).flat().length, {
      timeout: 10_000,
    })
    .toBeGreaterThanOrEqual(2)
  expect(mails).toEqual([expect.stringContaining('ada@example.edu: Your course answers in direct messages')])
})

test('a token that is reset in the middle of a run is said once, and the thread goes on with a new one', async () => {
  await course.close()
  course = await openCourse()
  const { ada, discord, lab, world } = course
  const lines: string[] = []
  const logger = pino({ level: 'error' }, { write: (line: string) => void lines.push(line) })
  const { stop } = await course.start({ options: { logger } })
  await ada.slash('rai', 'submit', { repo: 'https://git.example/p' }, { channel: lab })
  await discord.until(() => course.roots().length === 1 && course.replies().length === 1)
  await course.stage()
  const run = await world.claim()
  discord.portal({ token: false })
  await run.print('one\n')
  await expect.poll(() => lines.join().includes('Discord refuses discord.bot_token'), { timeout: 20_000 }).toBe(true)
  await stop()
  discord.portal({ token: true })
  await course.start()
  await run.finish()
  await discord.until(() => course.replies().length === 3, 20_000)
  expect(course.roots()).toHaveLength(1)
  expect(lines.join()).not.toContain(discord.token)
})

test('intents that Discord does not allow are said to whoever runs it, and it connects once they are', async () => {
  await course.close()
  course = await openCourse()
  const lines: string[] = []
  const logger = pino({ level: 'error' }, { write: (line: string) => void lines.push(line) })
  course.discord.gateway.refuseNext(4014)
  await course.start({ options: { logger } })
  expect(lines.join()).toContain('Discord does not allow RAI’s intents')
  expect(course.discord.gateway.connections()).toBe(1)
})
