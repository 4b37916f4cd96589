import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Course, openCourse } from '../bots/slack/course.ts'
import { type Ledger, openLedger } from './ledger.ts'
import { type Recorded, startRecorder } from './recorder.ts'

type Forgery = (request: Recorded, secret: string) => Pick<Recorded, 'headers' | 'body'>

const secondsAgo = (seconds: number) => String(Math.floor(Date.now() / 1000) - seconds)

function signed({ headers, body }: Recorded, secret: string, timestamp: string) {
  const hash = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')
  const signature = { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${hash}` }
  return { headers: { ...headers, ...signature }, body }
}

function changed({ headers, body }: Recorded, changes: Readonly<Record<string, string | undefined>>) {
  const all = Object.entries({ ...headers, ...changes })
  return {
    body,
    headers: Object.fromEntries(all.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
  }
}

const forgeries: readonly (readonly [string, Forgery])[] = [
  ['signed with a guess', (request) => signed(request, 'guess', secondsAgo(0))],
  ['signed with no secret', (request) => signed(request, '', secondsAgo(0))],
  ['rightly signed, more than five minutes ago', (request, secret) => signed(request, secret, secondsAgo(301))],
  ['rightly signed, a day ago', (request, secret) => signed(request, secret, secondsAgo(86_400))],
  ['without a signature', (request) => changed(request, { 'x-slack-signature': undefined })],
  ['with an empty signature', (request) => changed(request, { 'x-slack-signature': '' })],
  ['with a signature that has no hash', (request) => changed(request, { 'x-slack-signature': 'v0=' })],
  [
    'with a version of signatures that there is not',
    (request) =>
      changed(request, { 'x-slack-signature': String(request.headers['x-slack-signature']).replace('v0', 'v1') }),
  ],
  ['without a time', (request) => changed(request, { 'x-slack-request-timestamp': undefined })],
  ['with a time that is none', (request) => changed(request, { 'x-slack-request-timestamp': 'now' })],
  [
    'with a later time than what was signed',
    (request) => changed(request, { 'x-slack-request-timestamp': secondsAgo(-60) }),
  ],
  ['with one byte more than what was signed', (request) => ({ headers: request.headers, body: `${request.body} ` })],
]

/** What Slack sends when people submit, write, press and look; each is recorded once. */
const kinds = ['/rai', 'app_mention', 'block_actions', 'app_home_opened']

let course: Course
let ledger: Ledger
let recorder: Awaited<ReturnType<typeof startRecorder>>
let url: string

const submissions = () => course.world.records.lookup.history({ account: course.world.people.ada.id }, 50)
const transport = () =>
  ({ kind: 'http', signingSecret: course.slack.signingSecret, host: '127.0.0.1', port: 0 }) as const

beforeAll(async () => {
  course = await openCourse({ course: { waitingLimit: 50 } })
  url = (await course.start({ options: { transport: transport() } })).url ?? ''
  recorder = await startRecorder(url)
  await course.slack.deliverTo(recorder.url)
  recorder.requests.length = 0
  const { slack } = course
  const ada = slack.user('U1')
  await ada.slash('/rai', 'submit https://git.example/a', { channel: 'C1' })
  ada.mention('C1', 'submit https://git.example/b')
  await slack.until(() => course.roots().length === 2 && course.replies().length === 1)
  await slack.until(() => ada.ephemerals('C1').length === 2)
  ada.openHome()
  await slack.until(() => ada.home() !== undefined)
  const [live] = course.replies()
  if (live === undefined) throw new Error('no card')
  await ada.click(live, 'rai_cancel')
  await slack.until(() => ada.ephemerals('C1').length === 3)
  ledger = await openLedger(course.world)
})

afterAll(async () => {
  await recorder?.close()
  await ledger?.close()
  await course?.close()
})

function recorded(name: string): Recorded {
  const found = recorder.requests.find((one) => one.name === name)
  if (found === undefined) throw new Error(`no ${name} among ${recorder.requests.map((one) => one.name).join(', ')}`)
  return found
}

describe('of what Slack sends', () => {
  it('every kind was recorded', () => {
    expect(kinds.map((name) => recorded(name).name)).toEqual(kinds)
  })

  it.each(forgeries)('nothing is taken %s', async (_how, forge) => {
    const before = { rows: await ledger.read(), calls: course.slack.calls().length }
    for (const name of kinds) {
      const response = await recorder.send(forge(recorded(name), course.slack.signingSecret))
      expect([name, response.status]).toEqual([name, 401])
      expect(await response.text()).toBe('')
    }
    expect({ rows: await ledger.read(), calls: course.slack.calls().length }).toEqual(before)
  })

  it('what comes again with its right signature is taken, and does nothing again', async () => {
    const before = await ledger.read()
    for (const { name } of [...recorder.requests]) {
      for (let time = 0; time < 3; time += 1) expect((await recorder.send(recorded(name))).status).toBe(200)
    }
    await stillThere(before)
  })

  it('nor does it for another process, which has seen none of it', async () => {
    const before = await ledger.read()
    const another = await course.start({ options: { transport: transport() } })
    for (const { name, headers, body } of kinds.map(recorded)) {
      const response = await fetch(another.url ?? '', { method: 'POST', headers, body })
      expect([name, response.status]).toEqual([name, 200])
    }
    // It stops when what it was asked has been answered.
    await another.stop()
    await stillThere(before)
    expect(await submissions()).toHaveLength(2)
  })
})

/** Whatever is done behind an acknowledgement is over when a later command has been answered. */
async function stillThere(before: Awaited<ReturnType<Ledger['read']>>): Promise<void> {
  const bob = course.slack.user('U2')
  const asked = bob.ephemerals('C1').length
  await bob.slash('/rai', 'whoami', { channel: 'C1' })
  await course.slack.until(() => bob.ephemerals('C1').length > asked)
  expect(await ledger.read()).toEqual(before)
  expect(course.roots()).toHaveLength(2)
}
