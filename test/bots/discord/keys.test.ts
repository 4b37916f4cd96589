import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { hashEnrolmentCode, newEnrolmentCode } from '../../../core/enrolment/codes.ts'
import type { Message } from '../../support/discord/model.ts'
import type { Person } from '../../support/discord/people/person.ts'
import { buttonsOf } from '../../support/discord/reading.ts'
import { until } from '../../support/until.ts'
import { actionsOf, enrolClass, keys, keysDesk, startCourier, stateOf } from '../delivering.ts'
import { type Course, openCourse, shown } from './course.ts'

let course: Course

beforeEach(async () => {
  course = await openCourse()
})

afterEach(async () => {
  await course.close()
  expect(course.discord.failures()).toEqual([])
})

const header = 'username,email,firstname,discord\n'

async function start(changes: Parameters<typeof startCourier>[2] = {}) {
  let openAttachment: ReturnType<typeof keysDesk>['openAttachment']
  const desk = keysDesk((source) => openAttachment?.(source) ?? Promise.reject(new Error('not yet')))
  const context = { ...course.world.context, keys: desk, poke: () => courier?.poke() }
  const byDiscordUser = (user: string) => course.world.records.enrolment.byPlatformId('discord', user)
  const verify = () => Promise.reject(new Error('no keys are tried here'))
  const { bot } = await course.start({ serving: { context, byDiscordUser, verify } })
  openAttachment = bot.openAttachment
  const courier = startCourier(course.world, bot, changes)
  onTestFinished(() => courier.stop())
}

const direct = (person: Person) => course.discord.messages(course.discord.directOf(person))

async function press(person: Person, label: string, message: Message | undefined) {
  const customId = message && buttonsOf(message).find((button) => button.label === label)?.customId
  if (message === undefined || customId === undefined) throw new Error(`no button ${label}`)
  const outcome = await person.click(message, customId)
  await course.discord.until(() => shown(outcome.message) !== '')
  return outcome
}

async function ask(person: Person, command: string, options = {}) {
  const outcome = await person.slash('rai', command, options, { channel: course.lab })
  await course.discord.until(() => shown(outcome.message) !== '')
  return outcome
}

const secretIn = (text: string) => /rais_[\w-]{43}/.exec(text)?.[0] ?? ''

test('keys come in a direct message, and their owner alone sees them, once', async () => {
  const { nobody, ada, discord } = course
  await enrolClass(course.world, `${header}eve,eve@x.edu,Eve,${nobody.id}`)
  await start()
  await discord.until(() => direct(nobody).length > 0)
  const message = direct(nobody).find((one) => buttonsOf(one).length > 0)
  const outcome = await press(nobody, 'Reveal keys', message)
  expect([outcome.ephemeral, secretIn(shown(outcome.message)) !== '']).toEqual([true, true])
  await discord.until(() => direct(nobody).some((one) => shown(one).includes('were revealed')))
  expect(direct(nobody).map(shown).join()).not.toContain('rais_')
  expect(await actionsOf(course.world, 'eve')).toEqual(
    expect.arrayContaining(['credential.offer', 'credential.reveal']),
  )

  const again = await ask(nobody, 'key', { action: 'reveal' })
  expect(shown(again.message)).toContain('No keys wait')
  expect(shown((await ask(ada, 'key', { action: 'show' })).message)).toContain('no keys that work')
})

test('a button that somebody else finds shows them nothing', async () => {
  const { nobody, bob, discord, world } = course
  await enrolClass(world, `${header}eve,eve@x.edu,Eve,${nobody.id}`)
  await start()
  await discord.until(() => direct(nobody).length > 0)
  const message = direct(nobody).find((one) => buttonsOf(one).length > 0)
  const customId = message && buttonsOf(message)[0]?.customId
  const [, , id = ''] = customId?.split(':') ?? []
  const { reveals } = world.records.enrolment.deliveries
  const identity = { platform: 'discord', workspace: discord.applicationId, user: bob.id }
  const open = () => 'never'
  expect(await reveals.reveal({ id, identity, account: world.people.bob.id, open })).toEqual({ kind: 'not-theirs' })
})

test('closed direct messages: offered under the next answer, else by mail after a while', async () => {
  const { nobody, bob, world } = course
  nobody.closeDirects()
  bob.closeDirects()
  await enrolClass(world, `${header}eve,eve@x.edu,Eve,${nobody.id}\nbea,bea@x.edu,Bea,${bob.id}`)
  const waits = () => until(async () => (await stateOf(world, 'eve')).delivery === 'blocked' || undefined)
  await start({ graceMs: 3_600_000 })
  await waits()
  await until(async () => (await stateOf(world, 'bea')).delivery === 'blocked' || undefined)
  expect((await stateOf(world, 'eve')).error).toContain('Cannot send messages to this user')
  const answer = await ask(nobody, 'whoami')
  expect(shown(answer.message)).toContain('Your keys wait')
  const outcome = await press(nobody, 'Reveal keys', answer.message)
  expect(secretIn(shown(outcome.message))).not.toBe('')
  expect((await stateOf(world, 'bea')).delivery).toBe('blocked')
})

test('a code signs in where a roster knows no user id, and the keys are revealed', async () => {
  const { nobody, world } = course
  await enrolClass(world, `${header}eve,eve@x.edu,Eve,`, 'codes')
  await start()
  const [account = ''] = await world.records.enrolment.codes.waiting('demo', { again: false })
  const code = newEnrolmentCode()
  const put = [{ hash: hashEnrolmentCode(code, keys), account, course: 'demo' }]
  await world.records.enrolment.codes.put(put, { lifetimeMs: 60_000, actor: 'prof' })
  const wrong = await ask(nobody, 'login', { code: 'AAAA-BBBB-CCCC' })
  expect(shown(wrong.message)).toContain('no enrolment code')
  const right = await ask(nobody, 'login', { code })
  expect(shown(right.message)).toContain('Signed in as eve')
  const outcome = await press(nobody, 'Reveal keys', right.message)
  expect([outcome.ephemeral, secretIn(shown(outcome.message)) !== '']).toEqual([true, true])
})

test('a student makes new keys, and reveals them where they asked', async () => {
  const { ada } = course
  await start()
  const rotated = await ask(ada, 'key', { action: 'rotate' })
  const outcome = await press(ada, 'Reveal keys', rotated.message)
  expect([rotated.ephemeral, outcome.ephemeral]).toEqual([true, true])
  expect(secretIn(shown(rotated.message))).toBe('')
  expect(secretIn(shown(outcome.message))).not.toBe('')
})

test('an instructor enrols from an attached roster, and looks after keys', async () => {
  const { nobody, bob, discord, world } = course
  const prof = await world.records.people.ensure({ username: 'prof' })
  await world.records.people.enrol(prof.id, { course: 'demo', role: 'instructor' })
  await world.records.people.link({ platform: 'discord', workspace: discord.applicationId, user: nobody.id }, prof.id)
  const eve = discord.user('eve')
  await start()
  const roster = { name: 'roster.csv', bytes: `${header}eve,eve@x.edu,Eve,${eve.id}\nbad one,,,\n` }
  const refused = await ask(nobody, 'keygen', { action: 'enroll', roster })
  expect(shown(refused.message)).toContain('Mend these rows')
  expect(refused.message && buttonsOf(refused.message)).toEqual([])
  const good = { name: 'roster.csv', bytes: `${header}eve,eve@x.edu,Eve,${eve.id}\n` }
  const preview = await ask(nobody, 'keygen', { action: 'enroll', roster: good })
  expect(shown(preview.message)).toContain('1 new')
  const confirmed = await press(nobody, 'Confirm', preview.message)
  expect(shown(confirmed.message)).toContain('Enrolling')
  await discord.until(() => direct(eve).length > 0 && direct(nobody).some((one) => shown(one).includes('is enrolled')))

  const rotated = await ask(nobody, 'keygen', { action: 'rotate', person: `<@${bob.id}>` })
  expect(shown(rotated.message)).toContain('New keys for bob')
  await discord.until(() => direct(bob).length > 0)
  const revoked = await ask(nobody, 'keygen', { action: 'revoke', person: 'bob' })
  expect(shown(revoked.message)).toContain('signed out everywhere')
  await discord.until(() => direct(bob).some((one) => shown(one).includes('replaced or withdrawn')))
  expect(shown((await ask(nobody, 'keygen', {})).message)).toContain('in Demo course')
})
