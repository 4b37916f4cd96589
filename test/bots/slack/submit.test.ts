import { afterEach, beforeEach, expect, test } from 'vitest'
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

const submit = (user = 'U1', text = 'submit https://git.example/ada/project') =>
  course.slack.user(user).slash('/rai', text, { channel: 'C1' })

test('a submission is acknowledged at once, then has a root, a thread, a verdict and its log', async () => {
  const { slack, world } = course
  await course.start()
  const ada = slack.user('U1')

  const { acked, ephemeral } = await submit()
  await slack.until(() => ada.ephemerals('C1').length === 1 && course.replies().length === 1)
  expect([acked, ephemeral]).toEqual([true, undefined])
  expect(ada.ephemerals('C1')[0]?.text).toContain('Received: git.example/ada/project')
  expect(course.roots()[0]?.text).toContain('ada: git.example/ada/project')

  await course.stage()
  await slack.until(() => shown(course.replies()[0] ?? { text: '', blocks: [] }).includes('next in line'))
  const run = await world.claim()
  await run.print('hello from the GPU\n')
  await slack.until(() => JSON.stringify(course.replies()[0]?.blocks).includes('hello from the GPU'))
  await run.finish('failed', { ...succeeded, sentence: '`make` ended with exit code 2.' })
  await slack.until(() => course.replies().length === 3)

  const [live, verdict, file] = course.replies()
  await slack.until(() => (course.roots()[0]?.text ?? '').includes('Failed after'))
  expect(live?.text).toContain('What was submitted')
  expect(verdict?.text).toContain('`make` ended with exit code 2.')
  expect(file?.files[0]?.title).toMatch(/^log-/)
  expect(slack.file(file?.files[0]?.id ?? '')?.toString()).toBe('log')
})

test('what would fail later is refused privately, and nothing is posted', async () => {
  const { slack } = course
  await course.start()
  await submit('U9')
  await slack.until(() => slack.user('U9').ephemerals('C1').length === 1)

  expect(slack.user('U9').ephemerals('C1')[0]?.text).toContain('RAI does not know you here yet')
  expect(course.roots()).toEqual([])
})

test('a channel without the bot is refused, with the way to invite it', async () => {
  const { slack } = course
  slack.channel('C2', { name: 'elsewhere', bot: false })
  await course.start()
  const ada = slack.user('U1')
  await ada.slash('/rai', 'submit https://git.example/x', { channel: 'C2' })
  await slack.until(() => ada.ephemerals('C2').length === 1)

  expect(ada.ephemerals('C2')[0]?.text).toContain('/invite')
})

test('only the configured channels take submissions', async () => {
  const { slack } = course
  slack.channel('C2', { name: 'random' })
  await course.start({ options: { accepted: ['#lab'] } })
  const ada = slack.user('U1')
  ada.join('C2')
  await ada.slash('/rai', 'submit https://git.example/x', { channel: 'C2' })
  await submit()
  await slack.until(() => ada.ephemerals('C2').length === 1 && course.roots().length === 1)

  expect(ada.ephemerals('C2')[0]?.text).toContain('Go to #lab')
})

test('the same event twice is one submission and one answer', async () => {
  const { slack, world } = course
  await course.start()
  slack.repeatNext()
  await submit()
  slack.repeatNext(2)
  slack.user('U2').mention('C1', 'submit https://git.example/bob/project')
  await slack.until(() => slack.user('U2').ephemerals('C1').length === 1 && course.roots().length === 2)
  await slack.until(() => slack.deliveries().every(({ acked }) => acked))

  expect(slack.user('U1').ephemerals('C1')).toHaveLength(1)
  expect(await world.records.lookup.owed({ platform: 'slack', workspace: slack.teamId }, 10)).toHaveLength(2)
})

test('two processes make one submission of an event that reaches both', async () => {
  const { slack, world } = course
  await Promise.all([course.start(), course.start()])
  const ada = slack.user('U1')
  for (let time = 0; time < 3; time += 1) {
    slack.repeatNext(2)
    ada.mention('C1', `submit https://git.example/ada/project${time}`)
  }
  await slack.until(() => course.roots().length === 3 && slack.deliveries().every(({ acked }) => acked))
  await slack.until(() => slack.thread('C1', course.roots()[2]?.ts ?? '').length === 2)

  expect(await world.records.lookup.owed({ platform: 'slack', workspace: slack.teamId }, 10)).toHaveLength(3)
  expect(course.roots()).toHaveLength(3)
})
