import type { App } from '@slack/bolt'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { unthrottled } from '../../support/slack/limits.ts'
import type { SlackStandIn } from '../../support/slack/stand-in.ts'
import { startSlack } from '../../support/slack/start.ts'
import { socketApp } from './app.ts'

let slack: SlackStandIn
let app: App

beforeEach(async () => {
  slack = await startSlack({ limits: unthrottled })
  slack.channel('C1', { name: 'lab' })
  app = socketApp(slack)
})

afterEach(async () => {
  await app.stop()
  await slack.close()
})

const words = (text: string) => ({ type: 'plain_text' as const, text })
const button = (action_id: string) => ({
  type: 'actions' as const,
  elements: [{ type: 'button' as const, action_id, text: words(action_id), value: 'job-1' }],
})
const source = {
  type: 'input' as const,
  block_id: 'source',
  label: words('Source'),
  element: { type: 'plain_text_input' as const, action_id: 'url' },
}
const archive = {
  type: 'input' as const,
  block_id: 'archive',
  optional: true,
  label: words('Archive'),
  element: { type: 'file_input' as const, action_id: 'file', max_files: 1 },
}
const modal = (blocks: (typeof source | typeof archive)[]) => ({
  type: 'modal' as const,
  callback_id: 'submit',
  private_metadata: 'C1',
  title: words('Submit'),
  submit: words('Submit'),
  blocks,
})

describe('buttons', () => {
  test('a press reaches the app and the answer to its response_url replaces the message', async () => {
    app.action('cancel', async ({ ack, respond, action }) => {
      await ack()
      if ('value' in action) await respond({ replace_original: true, text: `cancelled ${action.value}` })
    })
    await app.start()
    const posted = await app.client.chat.postMessage({ channel: 'C1', text: 'running', blocks: [button('cancel')] })

    const { acked } = await slack.user('U1').click({ channel: 'C1', ts: posted.ts ?? '' }, 'cancel')
    await slack.until(() => slack.messages('C1')[0]?.text === 'cancelled job-1')

    expect(acked).toBe(true)
    expect(slack.failures()).toEqual([])
  })

  test('an answer to a press in a thread lands in the channel, unless it names the thread', async () => {
    app.action('link', async ({ ack, respond, body }) => {
      await ack()
      await respond({ text: 'astray' })
      if (body.type === 'block_actions') await respond({ text: 'here', thread_ts: String(body.container.thread_ts) })
    })
    await app.start()
    const ann = slack.user('U1')
    const root = ann.say('C1', 'root')
    const content = { channel: 'C1', thread_ts: root.ts, text: 'x', blocks: [button('link')] }
    const { ts = '' } = await app.client.chat.postMessage(content)
    await ann.click({ channel: 'C1', ts }, 'link')
    await slack.until(() => ann.ephemerals().length === 2)

    expect(ann.ephemerals().map(({ text, thread_ts }) => [text, thread_ts])).toEqual([
      ['astray', undefined],
      ['here', root.ts],
    ])
  })

  test('a menu tells what was chosen', async () => {
    const chosen: unknown[] = []
    app.action('course', async ({ ack, action }) => {
      await ack()
      chosen.push(action.type === 'static_select' ? action.selected_option.value : action.type)
    })
    await app.start()
    const options = ['ece408', 'cs483'].map((value) => ({ text: words(value), value }))
    const menu = { type: 'static_select' as const, action_id: 'course', placeholder: words('Course'), options }
    const blocks = [{ type: 'section' as const, text: words('Which course?'), accessory: menu }]
    const { ts = '' } = await app.client.chat.postMessage({ channel: 'C1', text: 'Which course?', blocks })
    await slack.user('U1').choose({ channel: 'C1', ts }, 'course', 'cs483')

    await expect.poll(() => chosen).toEqual(['cs483'])
    expect(slack.failures()).toEqual([])
  })

  test('nobody can press what is not there any more', async () => {
    await app.start()
    const { ts = '' } = await app.client.chat.postMessage({ channel: 'C1', text: 'x', blocks: [button('cancel')] })
    await app.client.chat.update({ channel: 'C1', ts, text: 'done', blocks: [] })

    await expect(async () => slack.user('U1').click({ channel: 'C1', ts }, 'cancel')).rejects.toThrow(
      'nothing to press',
    )
  })

  test('an ephemeral message is seen and pressed by its reader alone', async () => {
    app.action('link', async ({ ack, respond }) => {
      await ack()
      await respond({ replace_original: true, text: 'here it is', blocks: [] })
    })
    await app.start()
    const [ann, bob] = [slack.user('U1'), slack.user('U2')]
    for (const person of [ann, bob]) person.join('C1')
    await app.client.chat.postEphemeral({ channel: 'C1', user: 'U1', text: 'press', blocks: [button('link')] })
    const [note] = ann.ephemerals('C1')

    expect(bob.ephemerals()).toEqual([])
    if (!note) throw new Error('no note')
    await expect(async () => bob.click(note, 'link')).rejects.toThrow('no message')
    await ann.click(note, 'link')
    await slack.until(() => ann.ephemerals()[0]?.text === 'here it is')
    expect(slack.failures()).toEqual([])
  })

  test('a response_url works five times, and for half an hour', async () => {
    app.command('/rai', ({ ack }) => ack())
    await app.start()
    const respond = async (url: string) => {
      const headers = { 'content-type': 'application/json' }
      return (await fetch(url, { method: 'POST', headers, body: '{"text":"hi"}' })).text()
    }
    const first = await slack.user('U1').slash('/rai', '', { channel: 'C1' })
    const answers: string[] = []
    for (let use = 0; use < 6; use += 1) answers.push(await respond(first.responseUrl))
    const second = await slack.user('U1').slash('/rai', '', { channel: 'C1' })
    slack.advance(30 * 60_000 + 1)

    expect(answers).toEqual([...Array(5).fill('ok'), '{"ok":false,"error":"used_url"}'])
    expect(await respond(second.responseUrl)).toBe('{"ok":false,"error":"expired_url"}')
    expect(slack.failures().map(({ kind, subject }) => [kind, subject])).toEqual([
      ['response-url', 'used_url'],
      ['response-url', 'expired_url'],
    ])
  })
})

describe('modals', () => {
  test('opens from a command, shows errors, takes a file, and closes', async () => {
    app.command('/rai', async ({ ack, client, command }) => {
      await ack()
      await client.views.open({ trigger_id: command.trigger_id, view: modal([source, archive]) })
    })
    app.view('submit', async ({ ack, view, client }) => {
      const url = view.state.values.source?.url?.value ?? ''
      if (!url.startsWith('https://')) return ack({ response_action: 'errors', errors: { source: 'not https' } })
      await ack()
      const [file] = view.state.values.archive?.file?.files ?? []
      const text = `${url} ${view.private_metadata} ${file?.name}`
      await client.chat.postMessage({ channel: view.private_metadata, text })
    })
    await app.start()
    const ann = slack.user('U1')
    await ann.slash('/rai', 'submit', { channel: 'C1' })
    await slack.until(() => ann.view() !== undefined)

    await expect(ann.submitView({})).rejects.toThrow('"Source" is required')
    const refused = await ann.submitView({ url: 'ftp://x' })
    expect(refused.errors).toEqual({ source: 'not https' })
    const taken = await ann.submitView({ url: 'https://x', file: [{ name: 'a.zip', bytes: 'PK' }] })
    await slack.until(() => slack.messages('C1').length === 1)

    expect(taken).toMatchObject({ acked: true, errors: {}, view: undefined })
    expect(slack.messages('C1')[0]?.text).toBe('https://x C1 a.zip')
    expect(slack.failures()).toEqual([])
  })

  test('a trigger works once and for three seconds', async () => {
    app.command('/rai', ({ ack }) => ack())
    await app.start()
    const open = (trigger_id: string) => app.client.views.open({ trigger_id, view: modal([source]) })
    const { triggerId } = await slack.user('U1').slash('/rai', '', { channel: 'C1' })
    await open(triggerId)
    await expect(open(triggerId)).rejects.toThrow('exchanged_trigger_id')
    const late = await slack.user('U1').slash('/rai', '', { channel: 'C1' })
    slack.advance(3001)
    await expect(open(late.triggerId)).rejects.toThrow('expired_trigger_id')
    expect(slack.failures().map(({ subject }) => subject)).toEqual(['views.open', 'views.open'])
  })

  test('a submission may push a second view and update the first', async () => {
    app.command('/rai', async ({ ack, client, command }) => {
      await ack()
      await client.views.open({ trigger_id: command.trigger_id, view: modal([source]) })
    })
    app.view('submit', async ({ ack, body }) => {
      const view = { ...modal([source]), callback_id: 'second' }
      await ack({ response_action: 'push', view })
      await app.client.views.update({ view_id: body.view.id, view: { ...modal([source]), title: words('Changed') } })
    })
    app.view('second', ({ ack }) => ack())
    await app.start()
    const ann = slack.user('U1')
    await ann.slash('/rai', '', { channel: 'C1' })
    await slack.until(() => ann.view() !== undefined)

    const pushed = await ann.submitView({ url: 'x' })
    await slack.until(() => slack.calls('views.update').some((call) => call.answer !== undefined))
    const popped = await ann.submitView({ url: 'y' })

    expect(pushed.view?.callback_id).toBe('second')
    expect(popped.view).toMatchObject({ callback_id: 'submit', definition: { title: { text: 'Changed' } } })
    expect(slack.failures()).toEqual([])
  })

  test('refuses a view that breaks its limits', async () => {
    app.command('/rai', ({ ack }) => ack())
    await app.start()
    const { triggerId: trigger_id } = await slack.user('U1').slash('/rai', '', { channel: 'C1' })
    const view = { ...modal([source]), private_metadata: 'x'.repeat(3001) }
    await expect(app.client.views.open({ trigger_id, view })).rejects.toThrow('invalid_arguments')
    expect(slack.failures()).toMatchObject([{ kind: 'bad-arguments', subject: 'views.open' }])
  })
})

describe('shortcuts and the Home tab', () => {
  test('a message shortcut carries the message', async () => {
    app.shortcut('submit_message', async ({ ack, shortcut, client }) => {
      await ack()
      if (shortcut.type !== 'message_action') return
      const { channel, message_ts, message } = shortcut
      await client.chat.postMessage({ channel: channel.id, thread_ts: message_ts, text: `took ${message.text}` })
    })
    await app.start()
    const ann = slack.user('U1')
    const message = ann.say('C1', 'my repository')

    await ann.shortcut('submit_message', message)
    await slack.until(() => slack.thread('C1', message.ts).length === 2)

    expect(slack.thread('C1', message.ts)[1]?.text).toBe('took my repository')
    expect(slack.failures()).toEqual([])
  })

  test('opening the Home tab gets a view that can be pressed', async () => {
    app.event('app_home_opened', async ({ event, client }) => {
      await client.views.publish({ user_id: event.user, view: { type: 'home', blocks: [button('refresh')] } })
    })
    app.action('refresh', ({ ack }) => ack())
    await app.start()
    const ann = slack.user('U1')
    ann.openHome()
    await slack.until(() => ann.home() !== undefined)

    const home = ann.home()
    if (!home) throw new Error('no home')
    expect((await ann.click(home, 'refresh')).acked).toBe(true)
    expect(slack.failures()).toEqual([])
  })
})
