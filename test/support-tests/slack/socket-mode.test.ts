import type { App } from '@slack/bolt'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { z } from 'zod'
import type { SlackStandIn } from '../../support/slack/stand-in.ts'
import { startSlack } from '../../support/slack/start.ts'
import { callDirectly, socketApp } from './app.ts'

const frame = z.object({
  type: z.string().optional(),
  url: z.string().optional(),
  retry_attempt: z.number().optional(),
})

let slack: SlackStandIn
let app: App

beforeEach(async () => {
  slack = await startSlack({ limits: { ackMs: 1000 } })
  slack.channel('C1', { name: 'lab' })
  app = socketApp(slack)
})

afterEach(async () => {
  await app.stop()
  await slack.close()
})

describe('Socket Mode', () => {
  test('a slash command is acknowledged, answered privately and followed by posts and edits', async () => {
    app.command('/rai', async ({ ack, client, command }) => {
      await ack({ text: `got ${command.text}`, response_type: 'ephemeral' })
      const { ts } = await client.chat.postMessage({ channel: command.channel_id, text: 'queued' })
      await client.chat.update({ channel: command.channel_id, ts: ts ?? '', text: 'running' })
      await client.chat.postMessage({ channel: command.channel_id, thread_ts: ts ?? '', text: 'output' })
    })
    await app.start()
    const ann = slack.user('U1', { email: 'ann@example.edu' })

    const { acked, ackMs, ephemeral } = await ann.slash('/rai', 'submit here', { channel: 'C1' })
    await slack.until(() => slack.messages('C1').length === 2)

    expect({ acked, ephemeral }).toEqual({ acked: true, ephemeral: 'got submit here' })
    expect(ackMs).toBeLessThan(2900)
    const [root] = slack.messages('C1')
    expect(slack.thread('C1', root?.ts ?? '').map(({ text }) => text)).toEqual(['running', 'output'])
    expect(ann.ephemerals('C1').map(({ text }) => text)).toEqual(['got submit here'])
    expect(slack.failures()).toEqual([])
  })

  test('a command that nobody acknowledges in time fails, and is not sent again', async () => {
    app.command('/rai', () => new Promise(() => {}))
    await app.start()

    const outcome = await slack.user('U1').slash('/rai', 'help', { channel: 'C1' })
    slack.advance(600_000)

    expect(outcome.acked).toBe(false)
    expect(slack.failures()).toMatchObject([{ kind: 'no-ack', subject: '/rai' }])
    expect(slack.deliveries()).toMatchObject([{ attempts: 1 }])
  })

  test('an event that nobody acknowledges comes again at once, after one and after five minutes', async () => {
    const { url } = frame.parse(await callDirectly(slack, 'apps.connections.open', slack.appToken))
    const socket = new WebSocket(url ?? '')
    const frames: z.infer<typeof frame>[] = []
    socket.on('message', (data) => frames.push(frame.parse(JSON.parse(data.toString()))))
    await slack.until(() => slack.connections() === 1)
    slack.user('U1').direct('hello')

    await slack.until(() => slack.failures().length === 2)
    slack.advance(60_000)
    await slack.until(() => slack.failures().length === 3)
    slack.advance(300_000)
    await slack.until(() => slack.failures().length === 4)
    slack.advance(3_600_000)

    expect(frames.map(({ type, retry_attempt }) => [type, retry_attempt])).toEqual([
      ['hello', undefined],
      ...[0, 1, 2, 3].map((attempt) => ['events_api', attempt]),
    ])
    expect(slack.deliveries()).toMatchObject([{ name: 'message', attempts: 4, acked: false }])
  })
})
