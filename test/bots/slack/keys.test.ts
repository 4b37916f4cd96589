import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { createVerifier } from '../../../core/directory/credentials.ts'
import { hashEnrolmentCode, newEnrolmentCode } from '../../../core/enrolment/codes.ts'
import { until } from '../../support/until.ts'
import { actionsOf, enrolClass, keys, keysDesk, startCourier, stateOf } from '../delivering.ts'
import { type Course, openCourse, shown } from './course.ts'

let course: Course

beforeEach(async () => {
  course = await openCourse()
})

afterEach(async () => {
  await course.close()
  if (course.slack.failures().length > 0) throw new Error(JSON.stringify(course.slack.failures().slice(0, 3)))
})

const header = 'username,email,firstname,slack\n'

async function start(changes: Parameters<typeof startCourier>[2] = {}) {
  let openAttachment: ReturnType<typeof keysDesk>['openAttachment']
  const desk = keysDesk((source) => openAttachment?.(source) ?? Promise.reject(new Error('not yet')))
  const poke = () => courier?.poke()
  const context = { ...course.world.context, keys: desk, poke }
  const bySlackUser = (user: string) => course.world.records.enrolment.byPlatformId('slack', user)
  const verify = () => Promise.reject(new Error('no keys are tried here'))
  const { bot } = await course.start({ serving: { context, bySlackUser, verify } })
  openAttachment = bot.openAttachment
  const courier = startCourier(course.world, bot, changes)
  onTestFinished(() => courier.stop())
  return bot
}

const direct = (user: string) => course.slack.messages(course.slack.directOf(user))

async function press(user: string, action: string, message = direct(user).at(-1)) {
  if (message === undefined) throw new Error('there is no message')
  const person = course.slack.user(user)
  const before = person.ephemerals(message.channel).length
  await person.click(message, action)
  await course.slack.until(() => person.ephemerals(message.channel).length > before)
  const answer = person.ephemerals(message.channel).at(-1)
  if (answer === undefined) throw new Error('no answer')
  return answer
}

function secretIn(text: string): string {
  return /rais_[\w-]{43}/.exec(text)?.[0] ?? ''
}

async function ask(user: string, text: string) {
  const person = course.slack.user(user)
  const before = person.ephemerals('C1').length
  await person.slash('/rai', text, { channel: 'C1' })
  await course.slack.until(() => person.ephemerals('C1').length > before)
  const answer = person.ephemerals('C1').at(-1)
  if (answer === undefined) throw new Error('no answer')
  return answer
}

test('keys come in a direct message, are shown to their owner once, and the message then says when', async () => {
  course.slack.user('U20', { email: 'eve@x.edu' })
  course.slack.channel('C1', { name: 'lab', members: ['U1', 'U2', 'U3', 'U9', 'U20'] })
  await enrolClass(course.world, `${header}eve,eve@x.edu,Eve,U20`)
  await start()
  await course.slack.until(() => direct('U20').length === 1)
  expect(shown(direct('U20')[0] ?? { text: '', blocks: [] })).not.toContain('rais_')

  const answer = await press('U20', 'rai_reveal')
  const secretKey = secretIn(shown(answer))
  const accessKey = /raia_[0-9a-f]{20}/.exec(shown(answer))?.[0] ?? ''
  const { guesses } = course.world.records.enrolment
  const verify = createVerifier({ guesses, people: course.world.records.people, keys })
  expect((await verify(accessKey, secretKey, 'x')).account.username).toBe('eve')
  await course.slack.until(() => direct('U20').some((one) => one.text.includes('were revealed')))
  expect(direct('U20').map(shown).join()).not.toContain('rais_')
  expect(await actionsOf(course.world, 'eve')).toEqual(
    expect.arrayContaining(['credential.offer', 'credential.reveal']),
  )
})

test('a second press says what to do, and the keys are not shown again', async () => {
  course.slack.user('U20', { email: 'eve@x.edu' })
  await enrolClass(course.world, `${header}eve,eve@x.edu,Eve,U20`)
  await start({ pollMs: 60_000 })
  await course.slack.until(() => direct('U20').length === 1)
  const [message] = direct('U20')
  const person = course.slack.user('U20')
  if (message === undefined) throw new Error('no message')
  await Promise.all([person.click(message, 'rai_reveal'), person.click(message, 'rai_reveal')])
  await course.slack.until(() => person.ephemerals(message.channel).length === 2)
  const texts = person.ephemerals(message.channel).map(shown)
  expect(texts.filter((text) => secretIn(text) !== '')).toHaveLength(1)
  expect(texts.find((text) => secretIn(text) === '')).toContain('/rai key rotate')
})

test('by their address only full members get them; everybody else gets mail', async () => {
  course.slack.user('U20', { email: 'eve@x.edu' })
  course.slack.user('U21', { email: 'guest@x.edu', guest: 'multi' })
  await enrolClass(course.world, `${header}eve,eve@x.edu,Eve,\nguest,guest@x.edu,G,\nghost,ghost@x.edu,G,`)
  await start()
  await course.slack.until(() => direct('U20').length === 1)
  await until(async () => (await stateOf(course.world, 'ghost')).channel === 'mail' || undefined)
  await until(async () => (await stateOf(course.world, 'guest')).channel === 'mail' || undefined)
  expect(direct('U21')).toEqual([])
  expect((await stateOf(course.world, 'ghost')).error).toContain('knows nobody')
})

test('who takes no direct messages is offered the keys under the next answer', async () => {
  course.slack.user('U20', { email: 'eve@x.edu' })
  course.slack.channel('C1', { name: 'lab', members: ['U1', 'U2', 'U3', 'U9', 'U20'] })
  await enrolClass(course.world, `${header}eve,eve@x.edu,Eve,U20`)
  course.slack.fault('conversations.open', 'cannot_dm_bot', { times: 50 })
  await start()
  await until(async () => (await stateOf(course.world, 'eve')).delivery === 'blocked' || undefined)
  const answer = await ask('U20', 'whoami')
  expect(shown(answer)).toContain('Your keys wait')
  expect(secretIn(shown(await press('U20', 'rai_reveal', answer)))).not.toBe('')
  expect(shown(await ask('U20', 'whoami'))).not.toContain('Your keys wait')
})

test('a code signs its owner in, who then reveals the keys', async () => {
  await enrolClass(course.world, `${header}eve,eve@x.edu,Eve,`, 'codes')
  await start()
  const [account = ''] = await course.world.records.enrolment.codes.waiting('demo', { again: false })
  const code = newEnrolmentCode()
  const put = [{ hash: hashEnrolmentCode(code, keys), account, course: 'demo' }]
  await course.world.records.enrolment.codes.put(put, { lifetimeMs: 60_000, actor: 'prof' })
  expect(shown(await ask('U9', 'login code:AAAA-AAAA-AAAA'))).toContain('no enrolment code')
  const person = course.slack.user('U9')
  await person.slash('/rai', 'login', { channel: 'C1' })
  await course.slack.until(() => person.view() !== undefined)
  await person.submitView({ code })
  await course.slack.until(() => JSON.stringify(person.view()?.blocks).includes('Signed in as eve'))
  const shownKeys = await ask('U9', 'key reveal')
  expect(secretIn(shown(shownKeys))).not.toBe('')
  expect(shown(await ask('U9', 'whoami'))).toContain('eve')
})

test('what is typed in a conversation that Slack keeps gets a button, never the secret', async () => {
  await start()
  const ada = course.slack.user('U1')
  await ada.say(course.slack.directOf('U1'), 'key rotate')
  await course.slack.until(() => direct('U1').some((one) => one.byBot && one.text.includes('New keys')))
  await ada.say(course.slack.directOf('U1'), 'key reveal')
  await course.slack.until(() => direct('U1').filter((one) => one.byBot).length === 2)
  expect(direct('U1').map(shown).join()).not.toContain('rais_')
  expect(secretIn(shown(await press('U1', 'rai_reveal')))).not.toBe('')
})

test('an instructor hands in a roster, looks, confirms, and is told', async () => {
  const { records } = course.world
  const prof = await records.people.ensure({ username: 'prof' })
  await records.people.enrol(prof.id, { course: 'demo', role: 'instructor' })
  await records.people.link({ platform: 'slack', workspace: course.slack.teamId, user: 'U40' }, prof.id)
  const person = course.slack.user('U40')
  course.slack.user('U20', { email: 'eve@x.edu' })
  await start()
  const channel = course.slack.directOf('U40')
  const roster = 'username,email,firstname,slack,role\neve,eve@x.edu,Eve,U20,student\nmal,mal@x.edu,Mal,,admin\n'
  await person.say(channel, 'keygen enroll skip-bad', { files: [{ name: 'roster.csv', bytes: Buffer.from(roster) }] })
  await course.slack.until(() => direct('U40').some((one) => one.byBot))
  const preview = shown(direct('U40').at(-1) ?? { text: '', blocks: [] })
  expect(preview).toContain('1 new')
  expect(preview).toContain('which may not make anybody admin')
  expect(await records.people.byUsername('eve')).toBeUndefined()

  expect(shown(await press('U40', 'rai_enrol'))).toContain('Enrolling')
  await course.slack.until(
    () => direct('U20').length > 0 && direct('U40').some((one) => one.text.includes('is enrolled')),
  )
  expect(await records.people.byUsername('mal')).toBeUndefined()
  expect(
    shown(
      await press(
        'U40',
        'rai_enrol',
        direct('U40').find((one) => one.byBot),
      ),
    ),
  ).toContain('confirmed already')
})

test('an instructor rotates and revokes by mention; a student may not', async () => {
  const { records, people } = course.world
  const prof = await records.people.ensure({ username: 'prof' })
  await records.people.enrol(prof.id, { course: 'demo', role: 'instructor' })
  await records.people.link({ platform: 'slack', workspace: course.slack.teamId, user: 'U9' }, prof.id)
  await start()
  expect(shown(await ask('U1', 'keygen rotate @bob'))).toContain('course staff')
  expect(shown(await ask('U9', 'keygen rotate <@U2>'))).toContain('New keys for bob')
  await course.slack.until(() => direct('U2').length === 1)
  expect(secretIn(shown(await press('U2', 'rai_reveal')))).not.toBe('')
  expect(shown(await ask('U9', 'keygen status'))).toContain('in Demo course')
  expect(shown(await ask('U9', 'keygen revoke bob'))).toContain('signed out everywhere')
  expect(
    await records.people.byIdentity({ platform: 'slack', workspace: course.slack.teamId, user: 'U2' }),
  ).toBeUndefined()
  const [newest] = await records.enrolment.credentials.ofAccount(people.bob.id)
  expect(newest?.revokedAt).toBeDefined()
})
