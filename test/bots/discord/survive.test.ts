import { afterEach, beforeEach, expect, test } from 'vitest'
import { createDiscordBudgets } from '../../../bots/discord/budgets.ts'
import type { Place } from '../../support/discord/administration.ts'
import { platformLimits, unthrottled } from '../../support/discord/limits.ts'
import type { Message } from '../../support/discord/model.ts'
import { until } from '../../support/until.ts'
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

const repo = 'https://git.example/ada/project'
const submit = (who = course.ada, channel = course.lab) => who.slash('rai', 'submit', { repo }, { channel })
/** The stand-in shares our processor, which others may need as well. */
const patient = { ...unthrottled, callbackMs: 20_000 }
const many = { waitingLimit: 1_000 }

const purposesOf = (root: Message): string[] =>
  course.replies(root).map((message) => {
    if (message.attachments.length > 0) return 'log'
    return shown(message).includes('Every command ended') ? 'verdict' : 'card'
  })

/** Every worker does the same, one after the other. */
async function runAll(count: number): Promise<void> {
  for (let done = 0; done < count; done += 1) {
    const run = await course.world.claim()
    await run.print(`line ${done}\n`)
    await run.finish()
  }
}

test('a restart in the middle of 50 live jobs posts nothing twice and loses nothing', { timeout: 90_000 }, async () => {
  const { discord } = await open({ course: many, discord: { limits: patient } })
  const start = () => course.start({ options: { budgets: createDiscordBudgets() }, threads: { pollMs: 300 } })
  const first = await start()
  // A tenth of what Discord did is never heard of by the process that asked for it.
  for (let time = 0; time < 5; time += 1) discord.fault('create_message', 'lost-answer')
  await Promise.all(Array.from({ length: 50 }, () => submit()))
  await discord.until(() => course.roots().length >= 40, 30_000)
  await first.stop()

  await start()
  for (let time = 0; time < 50; time += 1) await course.stage()
  await runAll(25)
  await discord.until(() => course.roots().length === 50, 30_000)
  discord.fault('create_message', 'lost-answer', { times: 5 })
  await start()
  await runAll(25)
  await discord.until(() => course.roots().every((root) => course.replies(root).length === 3), 40_000)

  expect(course.roots()).toHaveLength(50)
  expect(course.roots().every((root) => discord.thread(root) !== undefined)).toBe(true)
  for (const root of course.roots()) expect(purposesOf(root).toSorted()).toEqual(['card', 'log', 'verdict'])
})

test('two processes answer each interaction once, and make one thread of it', async () => {
  const { discord, ada, lab } = course
  await Promise.all([course.start(), course.start()])
  const outcomes = [await submit(), await submit(course.bob)]
  ada.mention(lab, `submit ${repo}`)
  await discord.until(
    () => course.roots().length === 3 && course.roots().every((root) => course.replies(root).length === 1),
  )
  await discord.until(() => outcomes.every(({ message }) => shown(message) !== '') && ada.directs().length === 1)

  expect(outcomes.every(({ acked, followups }) => acked && followups.length === 0)).toBe(true)
  expect(course.roots()).toHaveLength(3)
})

test('a hundred commands at once are all acknowledged, and then answered', { timeout: 60_000 }, async () => {
  const { discord, ada, bob, lab } = await open({
    course: many,
    discord: { limits: patient },
  })
  await course.start({ options: { budgets: createDiscordBudgets() }, threads: { pollMs: 300 } })
  const ask = (index: number) =>
    index % 2 === 0 ? submit(index % 4 === 0 ? ada : bob) : ada.slash('rai', 'queue', {}, { channel: lab })
  const outcomes = await Promise.all(Array.from({ length: 100 }, (_, index) => ask(index)))
  const times = outcomes.map(({ ackMs }) => ackMs).toSorted((a, b) => a - b)
  console.info(`acknowledged after p50 ${times[50]} ms, p95 ${times[95]} ms, max ${times[99]} ms`)

  expect(outcomes.every(({ acked }) => acked)).toBe(true)
  expect(times[99]).toBeLessThan(10_000)
  await discord.until(() => outcomes.every(({ message }) => shown(message) !== ''), 30_000)
})

test('with Discord’s own limits nothing is refused, and every submission gets its thread', {
  timeout: 60_000,
}, async () => {
  const { discord } = await open({ course: many, discord: { limits: platformLimits } })
  await course.start({ options: { budgets: createDiscordBudgets(), requestsPerSecond: 40 } })
  await Promise.all(Array.from({ length: 8 }, () => submit()))
  await discord.until(
    () => course.roots().length === 8 && course.roots().every((root) => course.replies(root).length === 1),
    40_000,
  )

  // Discord tells a bucket with its first answer, so what was under way by then may be too much.
  expect(discord.calls().filter(({ throttled }) => throttled).length).toBeLessThanOrEqual(2)
})

test('a 429, a broken answer and an outage hold things up and lose nothing', { timeout: 30_000 }, async () => {
  const { discord } = course
  await course.start()
  discord.fault('create_message', 429, { retryAfter: 1, scope: 'global' })
  discord.fault('create_message', 503)
  discord.fault('create_thread_from_message', 500)
  await submit()
  await discord.until(() => course.replies().length === 1, 25_000)

  expect(course.roots()).toHaveLength(1)
  expect(course.discord.thread(course.roots()[0] ?? '')?.name).toMatch(
    /^ada: git\.example\/ada\/project · [0-9a-f]{8}$/,
  )
})

test('edits of old messages that Discord refuses for now hold up that message alone', { timeout: 30_000 }, async () => {
  const { discord, world } = course
  await course.start({ options: { budgets: createDiscordBudgets() } })
  await submit()
  await discord.until(() => course.replies().length === 1)
  await course.stage()
  const run = await world.claim()
  const [old] = course.replies()
  discord.fault(
    'update_message',
    { status: 429, code: 30_046 },
    { retryAfter: 3_600, where: { message_id: old?.id ?? '' } },
  )
  await run.print('hello\n')
  await submit(course.bob)
  await discord.until(() => course.roots().length === 2 && course.replies().length === 1)
  await course.stage()
  await discord.until(() => shown(course.replies()[0]).includes('next in line'))
  await run.finish()
  await discord.until(() => course.replies(course.roots()[0]).map(shown).join().includes('Succeeded'))
})

const nothingOwed = () =>
  until(async () => {
    const here = { platform: 'discord', workspace: course.discord.applicationId } as const
    return (await course.world.records.lookup.owed(here, 9)).length === 0 ? true : undefined
  }, 60_000)

test.each([
  ['removed', (channel: Place) => course.server.deleteChannel(channel)],
  ['closed to the bot', (channel: Place) => course.server.deny(channel, ['ViewChannel', 'SendMessages'])],
])('a channel that is %s ends its threads, and no others', { timeout: 90_000 }, async (_, close) => {
  const { ada, discord, server } = course
  const other = server.channel('other')
  await course.start()
  await submit(ada, other)
  await discord.until(() => course.roots(other).length === 1 && course.replies(course.roots(other)[0]).length === 1)
  await submit(ada)
  await discord.until(() => course.roots().length === 1 && course.replies().length === 1)
  close(other)
  for (let time = 0; time < 2; time += 1) await course.stage()
  await runAll(2)
  await discord.until(() => course.replies().length === 3, 60_000)
  await nothingOwed()
})

test('a first message that somebody deleted leaves the thread and its verdict', { timeout: 90_000 }, async () => {
  const { bob, discord, server } = course
  server.role('mods', ['ManageMessages'])
  server.join(bob, ['mods'])
  await course.start()
  await submit()
  await discord.until(() => course.roots().length === 1 && course.replies().length === 1)
  const [root] = course.roots()
  if (root?.threadId === undefined) throw new Error('no thread')
  const thread = root.threadId
  bob.delete(root)
  await course.stage()
  await runAll(1)
  await discord.until(() => discord.messages(thread).length === 3, 60_000)
  expect(discord.messages(thread).map(shown).join()).toContain('Succeeded')
  await nothingOwed()
})

test('a connection that breaks is resumed, and one that cannot be is begun anew', { timeout: 30_000 }, async () => {
  const { discord } = course
  await course.start()
  discord.gateway.drop()
  await discord.until(() => discord.gatewayEvents('resume').length === 1, 15_000)
  await submit()
  await discord.until(() => course.roots().length === 1)
  discord.gateway.invalidate(false)
  await discord.until(() => discord.gatewayEvents('identify').length === 2, 20_000)
  await discord.until(() => discord.gateway.connections() === 1)
  expect((await submit(course.bob)).acked).toBe(true)
  await discord.until(() => course.roots().length === 2)
})

test('what was acknowledged needs no token any more: verdicts come a quarter of an hour later', async () => {
  const { discord, world } = course
  await course.start()
  await submit()
  await discord.until(() => course.replies().length === 1)
  discord.advance(16 * 60_000)
  await course.stage()
  await (await world.claim()).finish()
  await discord.until(() => course.replies().length === 3)
})

test('a token that Discord refuses is a problem of the configuration, with the key that names it', async () => {
  course.discord.portal({ token: false })
  await expect(course.start()).rejects.toThrow(/discord\.bot_token: Discord refuses it/)
})

test('an application id that is not the token’s is named', async () => {
  await expect(course.start({ options: { applicationId: '1' } })).rejects.toThrow(/discord\.application_id: is 1/)
})

test('commands are registered at every start, which changes nothing the second time', async () => {
  const { discord } = course
  const { bot } = await course.start()
  const before = discord.commands()
  await bot.register()
  expect(discord.commands()).toEqual(before)
  expect(before.map(({ name }) => name)).toEqual(['rai', 'Submit with RAI'])
})

test('in one server the commands are that server’s, and the global ones go', async () => {
  const { discord, server, ada, lab } = course
  await course.start()
  await course.start({ options: { guild: server.id } })
  expect([discord.commands().length, discord.commands(server).length]).toEqual([0, 2])

  const outcome = await ada.slash('rai', 'help', {}, { channel: lab })
  await discord.until(() => shown(outcome.message).includes('What RAI can do'))
})
