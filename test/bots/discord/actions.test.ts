import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Refusal } from '../../../core/errors.ts'
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
const at = () => ({ channel: course.lab })

async function submitted(): Promise<void> {
  const before = course.roots().length
  await course.ada.slash('rai', 'submit', { repo, assignment: 'lab1' }, at())
  await course.discord.until(() => course.roots().length > before && course.replies().length === 1)
}

async function finished(): Promise<void> {
  await submitted()
  await course.stage()
  await (await course.world.claim()).finish('succeeded', succeeded)
  await course.discord.until(() => course.replies().length === 3)
}

async function press(label: string, who = course.ada) {
  const message = course.replies().find((one) => buttonsOf(one).some((button) => button.label === label))
  const customId = message && buttonsOf(message).find((button) => button.label === label)?.customId
  if (message === undefined || customId === undefined) throw new Error(`no button ${label}`)
  const outcome = await who.click(message, customId)
  await course.discord.until(() => shown(outcome.message) !== '')
  return outcome
}

test('Cancel stops a submission, and a fellow student cannot press it', async () => {
  await course.start()
  await submitted()
  const refused = await press('Cancel', course.bob)
  expect([refused.ephemeral, shown(refused.message)]).toEqual([true, expect.stringContaining('❌')])

  const cancelled = await press('Cancel')
  expect(shown(cancelled.message)).toContain('Cancelled')
  await course.discord.until(() => course.replies().map(shown).join().includes('**Cancelled**'))
})

test('Whole log and Link answer the one who pressed, and nobody else', async () => {
  await course.start()
  await finished()
  const log = await press('Whole log')
  const link = await press('Link')

  expect([log.ephemeral, link.ephemeral]).toEqual([true, true])
  expect(shown(log.message)).toMatch(/Whole log\\: <https:\/\/store\.example\/log-[0-9a-f]{24}>/)
  expect(shown(link.message)).toContain('https://store.example/build-')
  expect(course.replies().map(shown).join()).not.toContain('store.example')
})

test('Run again starts another submission with a thread of its own in the channel', async () => {
  await course.start()
  await finished()
  const again = await press('Run again')
  await course.discord.until(() => course.roots().length === 2)

  expect(shown(again.message)).toContain('Received')
  expect(course.roots().every(({ channelId }) => channelId === course.lab.id)).toBe(true)
})

test('commands in a thread are about its submission', async () => {
  await course.start()
  await submitted()
  const thread = course.roots()[0]?.threadId ?? ''
  const status = await course.ada.slash('rai', 'status', {}, { channel: thread })
  await course.discord.until(() => shown(status.message) !== '')

  const [run] = await course.world.records.lookup.history({ account: course.world.people.ada.id }, 1)
  expect(shown(status.message)).toContain(run?.id)
})

test('a bare submit opens a form, which takes a repository or an archive', async () => {
  const { ada, discord, world } = course
  const { bot } = await course.start()
  const opened = await ada.slash('rai', 'submit', {}, at())
  expect(opened.modal?.title).toBe('Submit with RAI')
  const sent = await ada.modal({ archive: [{ name: 'a.zip', bytes: 'zip' }], assignment: 'lab2' })
  await discord.until(() => shown(sent.message).includes('Received') && course.roots().length === 1)

  const [run] = await world.records.lookup.history({ account: world.people.ada.id }, 1)
  if (run?.source.kind !== 'attachment') throw new Error('no attachment')
  expect([sent.ephemeral, run.assignment]).toEqual([true, 'lab2'])
  expect(await text(await bot.openAttachment(run.source))).toBe('zip')
})

test('the menu of a message submits the archive in it, also after its link has ended', async () => {
  const { ada, discord, world, lab } = course
  const { bot } = await course.start()
  const said = ada.say(lab, 'my work', { attachments: [{ name: 'a.tar.gz', bytes: 'tar' }] })
  const outcome = await ada.contextMenu('Submit with RAI', said)
  await discord.until(() => shown(outcome.message).includes('Received') && course.roots().length === 1)

  const [run] = await world.records.lookup.history({ account: world.people.ada.id }, 1)
  if (run?.source.kind !== 'attachment') throw new Error('no attachment')
  discord.expireLinks(said.attachments[0]?.id ?? '')
  expect(await text(await bot.openAttachment(run.source))).toBe('tar')
  ada.delete(said)
  discord.expireLinks(said.attachments[0]?.id ?? '')
  await expect(bot.openAttachment(run.source)).rejects.toMatchObject({ code: 'attachment-gone' })
})

test('an address that is not Discord’s is never asked', async () => {
  const { bot } = await course.start()
  const locator = JSON.stringify({ url: 'http://127.0.0.1:1/attachments/1/2/a.zip', id: '2' })
  const source = { kind: 'attachment', platform: 'discord', name: 'a.zip', bytes: 1, locator } as const
  await expect(bot.openAttachment(source)).rejects.toMatchObject({ code: 'attachment-elsewhere' })
})

test('a mention with an archive is a submission without any privileged intent, and is answered directly', async () => {
  const { ada, discord, lab } = course
  discord.portal({ messageContent: false })
  await course.start()
  ada.mention(lab, 'submit', { attachments: [{ name: 'a.zip', bytes: 'zip' }] })
  ada.say(lab, 'not for the bot')
  await discord.until(() => course.roots().length === 1 && ada.directs().length === 1)

  expect(shown(ada.directs()[0])).toContain('Received: a.zip'.replace(':', '\\:'))
})

test('in direct messages the bot answers what is typed to it', async () => {
  const { ada, discord } = course
  await course.start()
  ada.direct('whoami')
  await discord.until(() => ada.directs().length === 1)
  expect(shown(ada.directs()[0])).toContain('You are ADA')

  ada.direct(`submit ${repo}`)
  await discord.until(() => ada.directs().length === 4)
  expect(ada.directs().map(shown).join()).toContain('Received')
})

test('a mention of somebody who takes no direct messages is answered without what is theirs alone', async () => {
  const { ada, discord, lab } = course
  ada.closeDirects()
  await course.start()
  const said = ada.mention(lab, 'history')
  await discord.until(() => discord.messages(lab).length === 2)

  expect(discord.messages(lab)[1]).toMatchObject({ replyTo: said.id })
  expect(shown(discord.messages(lab)[1])).toContain('Ask with `/rai` instead')
})

test('suggestions are the person’s own runs, repositories and assignments', async () => {
  const { ada, bob, nobody } = course
  await course.start()
  await finished()
  const suggest = (who: typeof ada, sub: string, focused: string, typed = '') =>
    who.autocomplete('rai', sub, { focused, typed }, at())

  expect((await suggest(ada, 'submit', 'repo', 'git.ex')).choices).toEqual([{ name: repo, value: repo }])
  expect((await suggest(ada, 'submit', 'assignment')).choices).toEqual([{ name: 'lab1', value: 'lab1' }])
  expect((await suggest(ada, 'link', 'id')).choices).toMatchObject([{ value: expect.stringMatching(/^[0-9a-f]{24}$/) }])
  expect((await suggest(ada, 'cancel', 'id')).choices).toEqual([])
  expect((await suggest(ada, 'submit', 'repo', 'elsewhere')).choices).toEqual([])
  for (const other of [bob, nobody]) {
    expect(await suggest(other, 'link', 'id')).toMatchObject({ acked: true, choices: [] })
  }
})

test('at most 25 suggestions are made', async () => {
  const { ada, world } = course
  await course.start()
  for (let time = 0; time < 30; time += 1) {
    await world.receive({ source: { kind: 'git', url: `${repo}-${time}` } })
  }
  const { choices } = await ada.autocomplete('rai', 'submit', { focused: 'repo', typed: '' }, at())
  expect(choices).toHaveLength(25)
})

test('keys in a form sign somebody in, and logout signs them out', async () => {
  const { nobody, discord, world } = course
  const { people } = world
  const verify = async (access: string) => {
    if (access !== 'raia_1') throw new Refusal('wrong', 'Those keys are wrong.')
    return { account: people.bob, credential: {} as never }
  }
  await course.start({ serving: { verify } })
  const ask = async (entries: Record<string, string>) => {
    await nobody.slash('rai', 'login', {}, at())
    const outcome = await nobody.modal(entries)
    await discord.until(() => shown(outcome.message) !== '')
    return outcome
  }
  expect(shown((await ask({ access: 'raia_2', secret: 'rais_x' })).message)).toContain('Those keys are wrong')
  const right = await ask({ access: 'raia_1', secret: 'rais_x' })
  expect([right.ephemeral, shown(right.message)]).toEqual([true, expect.stringContaining('Signed in as bob')])
  const out = await nobody.slash('rai', 'logout', {}, at())
  await discord.until(() => shown(out.message).includes('You are signed out'))
})

test('whoever a roster knows by their Discord id is signed in by their first command', async () => {
  const { nobody, discord, world } = course
  const byDiscordUser = async (user: string) => (user === nobody.id ? [world.people.bob] : [])
  await course.start({ serving: { byDiscordUser } })
  const outcome = await nobody.slash('rai', 'whoami', {}, at())
  await discord.until(() => shown(outcome.message).includes('You are BOB'))
})

test('names and output full of mentions, markdown and fences notify nobody and break nothing', async () => {
  const { ada, discord, world, lab } = course
  await course.start()
  const nasty = 'https://git.example/@everyone/**x**/<@1>'
  await ada.slash('rai', 'submit', { repo: nasty }, { channel: lab })
  await discord.until(() => course.roots().length === 1)
  await course.stage()
  const run = await world.claim()
  await run.print('``` @everyone <@1> ```\n'.repeat(100))
  await run.finish('failed', { ...succeeded, sentence: `@here ${'*'.repeat(3000)}` })
  await discord.until(() => course.replies().length === 3)

  const all = [...course.roots(), ...course.replies()]
  expect(all.every(({ pings }) => !pings.everyone && pings.users.length === 0)).toBe(true)
  expect(all.map(shown).join()).not.toMatch(/@(everyone|here)/)
  expect(shown(course.replies()[1]).match(/```/g)).toHaveLength(2)
})
