import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Refusal } from '../../../core/errors.ts'
import type { Message } from '../../support/slack/model.ts'
import { succeeded } from '../world.ts'
import { type Course, openCourse, shown } from './course.ts'

let course: Course

beforeEach(async () => {
  course = await openCourse()
})

afterEach(async () => {
  await course.close()
  if (course.slack.failures().length > 0) throw new Error(JSON.stringify(course.slack.failures().slice(0, 3)))
})

const zip = { name: 'lab1.zip', bytes: 'PK' }
const source = 'https://git.example/ada/project'

/** A thread of Ada's whose live card is there. */
async function running(): Promise<Message> {
  const { slack } = course
  await slack.user('U1').slash('/rai', `submit ${source}`, { channel: 'C1' })
  await slack.until(() => course.replies().length === 1)
  await course.stage()
  const [live] = course.replies()
  if (live === undefined) throw new Error('no card')
  return live
}

async function finished(): Promise<Message> {
  await running()
  await (await course.world.claim()).finish('succeeded', succeeded)
  await course.slack.until(() => course.replies().length === 3)
  const verdict = course.replies()[1]
  if (verdict === undefined) throw new Error('no verdict')
  return verdict
}

const whispers = (user: string) => course.slack.user(user).ephemerals('C1')
const whispered = (user: string, count = 1) => course.slack.until(() => whispers(user).length >= count)

describe('buttons in a thread', () => {
  test('Cancel stops the run, and says so to whoever pressed, in the thread', async () => {
    await course.start()
    const live = await running()
    const { acked } = await course.slack.user('U1').click(live, 'rai_cancel')
    await whispered('U1', 2)

    expect(acked).toBe(true)
    expect(whispers('U1')[1]?.text).toContain('Cancelled: git.example/ada/project')
    expect(whispers('U1')[1]?.thread_ts).toBe(live.thread_ts)
    await course.slack.until(() => course.roots()[0]?.text.includes('Cancelled') === true)
  })

  test('nobody cancels what is not theirs, but a TA does', async () => {
    await course.start()
    const live = await running()
    await course.slack.user('U2').click(live, 'rai_cancel')
    await whispered('U2')
    expect(whispers('U2')[0]?.text).toContain('no submission')
    await course.slack.user('U3').click(live, 'rai_cancel')
    await whispered('U3')
    expect(whispers('U3')[0]?.text).toContain('Cancelled')
  })

  test('Run again, Whole log and Link answer privately', async () => {
    await course.start()
    const verdict = await finished()
    const ada = course.slack.user('U1')
    await ada.click(verdict, 'rai_link')
    await whispered('U1', 2)
    await ada.click(verdict, 'rai_log')
    await whispered('U1', 3)
    await ada.click(verdict, 'rai_rerun')
    await whispered('U1', 4)
    const [, link, log, rerun] = whispers('U1').map(shown)

    expect(link).toContain('https://store.example/build-')
    expect(log).toContain('https://store.example/log-')
    expect(rerun).toContain('Received')
    await course.slack.until(() => course.roots().length === 2)
    expect(JSON.stringify(course.slack.messages('C1').map(shown))).not.toContain('store.example')
  })

  test('a press that comes twice runs once more, once', async () => {
    await course.start()
    const verdict = await finished()
    course.slack.repeatNext()
    await course.slack.user('U1').click(verdict, 'rai_rerun')
    await course.slack.until(() => course.roots().length === 2)
    await whispered('U1', 2)
    await course.slack.until(() => course.slack.deliveries().every(({ acked }) => acked))

    expect(whispers('U1')).toHaveLength(2)
  })
})

describe('mentions and direct messages', () => {
  test('an archive beside a mention is a submission, and the bot can download it with its token', async () => {
    const { bot } = await course.start()
    course.slack.user('U1').mention('C1', 'lab1', { files: [zip] })
    await course.slack.until(() => course.roots().length === 1)
    await whispered('U1')
    const [submission] = await course.world.records.lookup.history({ account: course.world.people.ada.id }, 1)
    if (submission?.source.kind !== 'attachment') throw new Error('no attachment')

    expect(submission).toMatchObject({ assignment: 'lab1', source: { name: 'lab1.zip', bytes: 2 } })
    expect((await (await bot.openAttachment(submission.source)).toArray()).join('')).toBe('PK')
  })

  test('in a thread, a mention is about the run of that thread', async () => {
    await course.start()
    const live = await running()
    course.slack.user('U3').mention('C1', 'status', { thread: live.thread_ts ?? '' })
    await whispered('U3')

    expect(shown(whispers('U3')[0] ?? live)).toContain('next in line')
    expect(whispers('U3')[0]?.thread_ts).toBe(live.thread_ts)
  })

  test('a thread whose root a student wrote is nobody’s run, whatever its root says', async () => {
    await course.start()
    const root = course.slack.user('U2').say('C1', 'ada: git.example/ada/project')
    course.slack.user('U2').mention('C1', 'cancel', { thread: root.ts })
    await whispered('U2')
    expect(whispers('U2')[0]?.text).toContain('nothing')
  })

  test('a link as Slack writes it is the address behind it', async () => {
    await course.start()
    course.slack.user('U1').mention('C1', 'submit <https://git.example/a?x=1&amp;y=2|git.example/a> main lab2')
    await course.slack.until(() => course.roots().length === 1)
    const [submission] = await course.world.records.lookup.history({ account: course.world.people.ada.id }, 1)
    expect(submission).toMatchObject({
      assignment: 'lab2',
      source: { url: 'https://git.example/a?x=1&y=2', ref: 'main' },
    })
  })

  test('said to the bot alone, everything happens there', async () => {
    await course.start()
    const ada = course.slack.user('U1')
    ada.direct(`submit ${source}`)
    const direct = course.slack.directOf('U1')
    await course.slack.until(() => course.roots(direct).length === 2)

    expect(
      course
        .roots(direct)
        .map(({ text }) => text)
        .join(),
    ).toMatch(/Received: .*ada: git/)
    expect(course.roots('C1')).toEqual([])
  })

  test('a private course answers a channel’s command with a thread in direct messages', async () => {
    await course.close()
    course = await openCourse({ course: { visibility: 'private' } })
    await course.start()
    await course.slack.user('U1').slash('/rai', `submit ${source}`, { channel: 'C1' })
    const direct = course.slack.directOf('U1')
    await course.slack.until(() => course.replies(direct).length === 1)
    expect(course.roots('C1')).toEqual([])
  })

  test('a file of a connected workspace’s channel is asked for', async () => {
    course.slack.channel('C9', { name: 'shared', connected: true, members: ['U1'] })
    await course.start()
    course.slack.user('U1').mention('C9', 'submit', { files: [zip] })
    await course.slack.until(() => course.roots('C9').length === 1)
    expect(course.roots('C9')[0]?.text).toContain('lab1.zip')
  })
})

describe('forms and shortcuts', () => {
  test('a bare submit opens a form that says what is wrong and keeps what was entered', async () => {
    await course.start()
    const ada = course.slack.user('U1')
    await ada.slash('/rai', 'submit', { channel: 'C1' })
    await course.slack.until(() => ada.view() !== undefined)
    await ada.submitView({ source, assignment: 'lab one' })
    await course.slack.until(() => JSON.stringify(ada.view()?.blocks).includes('cannot be the name of an assignment'))
    expect(JSON.stringify(ada.view()?.blocks)).toContain(source)

    await ada.submitView({ assignment: 'lab1', ref: '-v2' })
    await course.slack.until(() => JSON.stringify(ada.view()?.blocks).includes('Received'))
    await course.slack.until(() => course.roots().length === 1)
    const [submission] = await course.world.records.lookup.history({ account: course.world.people.ada.id }, 1)
    expect(submission).toMatchObject({ assignment: 'lab1', source: { url: source, ref: '-v2' } })
  })

  test('the form takes an archive', async () => {
    const { bot } = await course.start()
    const ada = course.slack.user('U1')
    await ada.slash('/rai', 'submit', { channel: 'C1' })
    await course.slack.until(() => ada.view() !== undefined)
    await ada.submitView({ archive: [zip] })
    await course.slack.until(() => course.roots().length === 1)
    const [submission] = await course.world.records.lookup.history({ account: course.world.people.ada.id }, 1)
    if (submission?.source.kind !== 'attachment') throw new Error('no attachment')
    expect((await (await bot.openAttachment(submission.source)).toArray()).join('')).toBe('PK')
  })

  test('the shortcut submits the archive of a message, or the repository it names', async () => {
    await course.start()
    const ada = course.slack.user('U1')
    await ada.shortcut('submit_message', ada.say('C1', 'here it is', { files: [zip] }))
    await course.slack.until(() => course.roots().length === 1)
    await ada.shortcut('submit_message', ada.say('C1', `please look at <${source}>, thanks`))
    await course.slack.until(() => course.roots().length === 2)
    expect(course.roots()[0]?.text).toContain('lab1.zip')
    expect(course.roots()[1]?.text).toContain('git.example/ada/project')
  })
})

describe('the Home tab', () => {
  test('shows runs with what can be done about them, and limits', async () => {
    await course.start()
    await finished()
    const ada = course.slack.user('U1')
    ada.openHome()
    await course.slack.until(() => ada.home() !== undefined)
    const home = ada.home()
    if (home === undefined) throw new Error('no home')
    const text = JSON.stringify(home.blocks)
    expect(text).toContain('Succeeded in 1.4')
    expect(text).toContain('Limits in Demo course')

    await ada.click(home, 'rai_link')
    await course.slack.until(() => ada.view() !== undefined)
    expect(JSON.stringify(ada.view()?.blocks)).toContain('store.example/build-')
  })

  test('offers a stranger to sign in', async () => {
    await course.start({ serving: { verify: async () => Promise.reject(new Refusal('wrong', 'Those are not keys.')) } })
    const nobody = course.slack.user('U9')
    nobody.openHome()
    await course.slack.until(() => nobody.home() !== undefined)
    const home = nobody.home()
    if (home === undefined) throw new Error('no home')
    await nobody.click(home, 'form_login')
    await course.slack.until(() => nobody.view() !== undefined)
    await nobody.submitView({ access: 'raia_x', secret: 'rais_secret' })
    await course.slack.until(() => JSON.stringify(nobody.view()?.blocks).includes('Those are not keys.'))
    expect(JSON.stringify(nobody.view())).not.toContain('rais_secret')
  })
})
