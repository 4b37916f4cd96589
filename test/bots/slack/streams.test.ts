import { webApi } from '@slack/bolt'
import { afterEach, expect, test } from 'vitest'
import { platformLimits } from '../../support/slack/limits.ts'
import { type Course, openCourse } from './course.ts'

/**
 * Why the live output is a message that is edited, and no stream of Slack's (docs/slack.md): these are the numbers, on a
 * Slack that enforces them.
 */
let course: Course

afterEach(() => course.close())

function clientOf({ slack }: Course) {
  const client = new webApi.WebClient(slack.botToken, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logLevel: webApi.LogLevel.ERROR,
  })
  const { ts } = slack.user('U1').say('C1', 'a thread')
  const start = () =>
    client.chat.startStream({
      ...{ channel: 'C1', thread_ts: ts, markdown_text: 'x' },
      ...{ recipient_user_id: 'U1', recipient_team_id: slack.teamId },
    })
  return { client, start }
}

test('streams have to be begun anew before five minutes are over, which leaves room for 100 threads', async () => {
  course = await openCourse({ slack: { limits: platformLimits } })
  const { start } = clientOf(course)
  let begun = 0
  await expect(
    (async () => {
      for (; begun < 200; begun += 1) await start()
    })(),
  ).rejects.toMatchObject({ code: 'slack_webapi_rate_limited_error' })

  const lifeMinutes = platformLimits.streamMs / 60_000
  expect(begun * lifeMinutes).toBeLessThanOrEqual(100)
})

test('a stream that expired takes nothing more, and an edit still reaches its message', async () => {
  course = await openCourse()
  const { slack } = course
  const { client, start } = clientOf(course)
  const { ts = '' } = await start()
  slack.advance(platformLimits.streamMs + 1_000)
  const more = { channel: 'C1', ts, markdown_text: 'more' }
  await expect(client.chat.appendStream(more)).rejects.toThrow('message_not_in_streaming_state')
  expect((await client.chat.update({ channel: 'C1', ts, text: 'the tail' })).ok).toBe(true)
})

test('a run that takes longer than a stream may live shows its newest output all along', async () => {
  course = await openCourse()
  const { slack, world } = course
  await course.start()
  await slack.user('U1').slash('/rai', 'submit https://git.example/p', { channel: 'C1' })
  await slack.until(() => course.replies().length === 1)
  await course.stage()
  const run = await world.claim()
  for (const minute of [1, 2, 3]) {
    slack.advance(4 * 60_000)
    await run.print(`part ${minute}\n`)
    await slack.until(() => JSON.stringify(course.replies()[0]?.blocks).includes(`part ${minute}`))
  }
  await run.finish()
  await slack.until(() => course.replies().length === 3)
  expect(slack.failures()).toEqual([])
})
