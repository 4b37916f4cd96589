import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openSlack } from '../../../bots/slack/slack.ts'
import { until } from '../../support/until.ts'
import { succeeded } from '../world.ts'
import { type Course, openCourse, shown } from './course.ts'

let course: Course
/** What a test makes Slack complain about, on purpose. */
let provoked: readonly string[] = []

beforeEach(async () => {
  provoked = []
  course = await openCourse()
})

afterEach(async () => {
  await course.close()
  expect(course.slack.failures().map(({ kind }) => kind)).toEqual(provoked)
})

const submit = (channel = 'C1', user = 'U1') =>
  course.slack.user(user).slash('/rai', 'submit https://git.example/ada/project', { channel })

async function live(channel = 'C1'): Promise<void> {
  await submit(channel)
  await course.slack.until(() => course.replies(channel).length === 1)
  await course.stage()
}

async function finish(): Promise<void> {
  await (await course.world.claim()).finish('succeeded', succeeded)
}

/** Nothing is posted twice: each delivery is in one message at most. */
function expectNothingTwice(): void {
  const marks = course.slack.messages('C1').flatMap(({ metadata }) => metadata?.event_payload.delivery ?? [])
  expect(new Set(marks).size).toBe(marks.length)
}

describe('what Slack does', () => {
  test('an answer that is lost does not make a second message', async () => {
    course.slack.fault('chat.postMessage', 'lost-answer', { times: 2 })
    await course.start({ threads: { leaseMs: 2_000 } })
    await live()
    await finish()
    await course.slack.until(() => course.replies().length === 3)

    expect(course.roots()).toHaveLength(1)
    expectNothingTwice()
  })

  test.each([429, 500, 'internal_error'] as const)('%s is tried again, and the thread is whole', async (fault) => {
    await course.start()
    course.slack.fault('chat.postMessage', fault, { times: 1 })
    course.slack.fault('chat.update', fault, { times: 1 })
    course.slack.fault('files.getUploadURLExternal', fault, { times: 1 })
    await live()
    await finish()
    await course.slack.until(
      () => course.replies().length === 3 && course.roots()[0]?.text.includes('Succeeded') === true,
      20_000,
    )

    expectNothingTwice()
  })

  test('a message that Slack finds too long goes again with less', async () => {
    await course.start()
    await live()
    const run = await course.world.claim()
    course.slack.fault('chat.postMessage', 'msg_too_long')
    await run.print(`${'x'.repeat(380)}\n`.repeat(15))
    await run.finish('failed', succeeded)
    await course.slack.until(() => course.replies().length === 3)

    const verdict = course.replies()[1]
    expect(JSON.stringify(verdict?.blocks).length).toBeLessThan(3_000)
    expect(shown(verdict ?? { text: '', blocks: [] })).toContain('xxxx')
  })

  test('a removed channel or an archived one ends its threads, and no others', async () => {
    course.slack.channel('C2', { members: ['U1'] })
    course.slack.channel('C3', { members: ['U1'] })
    await course.start()
    for (const channel of ['C2', 'C3', 'C1']) await live(channel)
    course.slack.removeChannel('C2')
    course.slack.archive('C3')
    for (let run = 0; run < 3; run += 1) await finish()
    await course.slack.until(() => course.replies('C1').length === 3)

    await until(async () => {
      const owed = await course.world.records.lookup.owed({ platform: 'slack', workspace: course.slack.teamId }, 9)
      return owed.length === 0 ? true : undefined
    })
  })

  test('a root that somebody deleted leaves the run and its verdict', async () => {
    await course.start()
    await live()
    const [root] = course.roots()
    if (root === undefined) throw new Error('no root')
    course.slack.user('U3').delete(root)
    await finish()
    await course.slack.until(() => course.slack.thread('C1', root.ts).length === 4)

    expect(course.slack.thread('C1', root.ts)[2]?.text).toContain('Succeeded')
  })

  test('connections that end or break are made again, and what came meanwhile is answered', async () => {
    await course.start()
    for (const end of [() => course.slack.disconnectSockets('refresh_requested'), course.slack.dropSockets]) {
      end()
      await course.slack.until(() => course.slack.connections() === 0)
      await course.slack.until(() => course.slack.connections() === 1)
      expect((await submit()).acked).toBe(true)
    }
    await course.slack.until(() => course.roots().length === 2)
  })

  test('an outage while it connects does not end the process', async () => {
    await course.start()
    course.slack.fault('apps.connections.open', 503, { times: 2 })
    course.slack.fault('apps.connections.open', 'ratelimited', { times: 1 })
    course.slack.dropSockets()
    await course.slack.until(() => course.slack.connections() === 0)
    await course.slack.until(() => course.slack.connections() === 1, 20_000)
    expect((await submit()).acked).toBe(true)
  })
})

describe('tokens', () => {
  test('a token that is revoked is said once, and the thread goes on when there is a new one', async () => {
    const { slack, world } = course
    const lines: string[] = []
    const logger = pino({ level: 'error' }, { write: (line: string) => void lines.push(line) })
    const { stop } = await course.start({ options: { logger } })
    await live()
    slack.fault('chat.update', 'token_revoked')
    slack.fault('chat.postEphemeral', 'token_revoked')
    const run = await world.claim()
    await run.print('one\n')
    slack.user('U1').mention('C1', 'status')
    for (const method of ['chat.update', 'chat.postEphemeral'])
      await slack.until(() => slack.calls(method).some(({ answer }) => answer?.error === 'token_revoked'))
    await stop()
    await course.start()
    await run.finish('succeeded', succeeded)
    await slack.until(() => course.replies().length === 3)

    const told = lines.filter((line) => line.includes('Slack refuses slack.bot_token'))
    expect(told.length).toBeGreaterThan(0)
    // A call that Slack takes between the two refused ones makes the second one news again.
    expect(told.length).toBeLessThanOrEqual(2)
    expect(lines.join()).not.toContain(slack.botToken)
  })

  test('a token that nobody knows is a problem of the configuration', async () => {
    provoked = ['bad-token']
    const { slack } = course
    const transport = { kind: 'socket', appToken: slack.appToken } as const
    const options = { transport, apiUrl: slack.apiUrl, accepted: [], logger: pino({ level: 'silent' }) }
    await expect(openSlack({ ...options, botToken: 'xoxb-wrong' })).rejects.toThrow(
      /slack\.bot_token: Slack refuses it/,
    )
    const other = { ...options, botToken: slack.botToken, workspace: 'T0OTHER' }
    await expect(openSlack(other)).rejects.toThrow(/slack\.workspace: is T0OTHER, but/)
  })

  test('an app token that Slack refuses ends the start with what to do', async () => {
    provoked = ['bad-token']
    const transport = { kind: 'socket', appToken: 'xapp-wrong' } as const
    await expect(course.start({ options: { transport } })).rejects.toThrow(/slack\.app_token/)
  })
})

describe('attachments', () => {
  const attachment = (locator: string) =>
    ({ kind: 'attachment', platform: 'slack', name: 'lab.zip', bytes: 2, locator }) as const

  test('one that was deleted is a sentence for the student', async () => {
    const { bot } = await course.start()
    await expect(bot.openAttachment(attachment('F404'))).rejects.toThrow('not in Slack any more')
  })
})
