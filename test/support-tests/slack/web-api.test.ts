import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SlackStandIn } from '../../support/slack/stand-in.ts'
import type { SlackOptions } from '../../support/slack/start.ts'
import { startSlack } from '../../support/slack/start.ts'
import { callDirectly, clientOf, socketApp } from './app.ts'

let slack: SlackStandIn

const restart = async (options: SlackOptions): Promise<void> => {
  await slack.close()
  slack = await startSlack(options)
  slack.channel('C1')
}

beforeEach(async () => {
  slack = await startSlack()
  slack.channel('C1')
})

afterEach(() => slack.close())

const kinds = () => slack.failures().map(({ kind }) => kind)
const post = (text: string, thread_ts?: string) =>
  clientOf(slack).chat.postMessage({ channel: 'C1', text, ...(thread_ts ? { thread_ts } : {}) })
const tsOf = async (text: string): Promise<string> => (await post(text)).ts ?? ''

describe('who may call what', () => {
  test.each([
    ['no token', '', 'not_authed'],
    ['an unknown one', 'xoxb-nobody', 'invalid_auth'],
  ])('%s is refused', async (_, token, error) => {
    expect(await callDirectly(slack, 'auth.test', token)).toMatchObject({ ok: false, error })
    expect(kinds()).toEqual(['bad-token'])
  })

  test('the app token opens connections and nothing else, the bot token the other way round', async () => {
    await expect(clientOf(slack, slack.appToken).auth.test()).rejects.toThrow('not_allowed_token_type')
    await expect(clientOf(slack).apps.connections.open({})).rejects.toThrow('not_allowed_token_type')
    expect(kinds()).toEqual(['bad-token', 'bad-token'])
  })

  test('a missing scope says what is needed', async () => {
    await restart({ scopes: ['chat:write'] })
    expect(await callDirectly(slack, 'users.info', slack.botToken, { user: 'U1' })).toEqual({
      ok: false,
      error: 'missing_scope',
      needed: 'users:read',
      provided: 'chat:write',
    })
    expect(kinds()).toEqual(['missing-scope'])
  })

  test('a revoked token meets token_revoked, which is not the bot’s fault', async () => {
    slack.revoke()
    await expect(post('x')).rejects.toThrow('token_revoked')
    expect(kinds()).toEqual([])
  })

  test('unknown methods and misspelt arguments are failures', async () => {
    await expect(clientOf(slack).apiCall('chat.shout')).rejects.toThrow('unknown_method')
    await expect(clientOf(slack).apiCall('chat.postMessage', { channel: 'C1', txt: 'x' })).rejects.toThrow(
      'invalid_arguments',
    )
    expect(kinds()).toEqual(['unknown-method', 'bad-arguments'])
  })
})

describe('rates', () => {
  beforeEach(() => restart({ now: () => 1_800_000_000_000 }))

  test('a channel takes a short burst, then one message a second', async () => {
    for (let count = 0; count < 5; count += 1) await post('x')
    await expect(post('x')).rejects.toMatchObject({ retryAfter: 5 })
    slack.advance(5000)
    await post('x')
    expect(kinds()).toEqual(['throttled'])
  })

  test('chat.update is one budget of 50 a minute for the whole workspace', async () => {
    slack.channel('C2')
    const { chat } = clientOf(slack)
    const ts = await tsOf('x')
    const other = await chat.postMessage({ channel: 'C2', text: 'x' })
    for (let count = 0; count < 25; count += 1) {
      await chat.update({ channel: 'C1', ts, text: `${count}` })
      await chat.update({ channel: 'C2', ts: other.ts ?? '', text: `${count}` })
    }
    await expect(chat.update({ channel: 'C1', ts, text: 'too much' })).rejects.toThrow('rate')
    slack.advance(60_000)
    await chat.update({ channel: 'C1', ts, text: 'again' })
    expect(slack.messages('C1')[0]?.text).toBe('again')
  })

  test('Bolt’s own client waits as long as it is told, and gets through', async () => {
    slack.fault('chat.postMessage', 429, { retryAfter: 1 })
    const { client } = socketApp(slack)
    const started = performance.now()
    await client.chat.postMessage({ channel: 'C1', text: 'x' })
    expect(performance.now() - started).toBeGreaterThan(990)
    expect(slack.messages('C1')).toHaveLength(1)
  })
})

describe('messages', () => {
  test('a reply has to hang on a root that is there', async () => {
    const root = await tsOf('root')
    const reply = await post('reply', root)
    await expect(post('x', reply.ts)).rejects.toThrow('cannot_reply_to_message')
    await expect(post('x', '1700000000.000001')).rejects.toThrow('thread_not_found')
    expect(kinds()).toEqual(['refused'])
  })

  test('a deleted root leaves a tombstone over its replies, and nothing without any', async () => {
    const [root, lonely] = [await tsOf('root'), await tsOf('lonely')]
    await post('reply', root)
    const { chat } = clientOf(slack)
    for (const ts of [root, lonely]) await chat.delete({ channel: 'C1', ts })
    expect(slack.messages('C1').map(({ subtype, text }) => subtype ?? text)).toEqual(['tombstone', 'reply'])
    await expect(chat.update({ channel: 'C1', ts: root, text: 'x' })).rejects.toThrow('message_not_found')
  })

  test.each([
    ['text', { text: 'x'.repeat(4001) }, 'msg_too_long'],
    ['nothing at all', {}, 'no_text'],
    [
      'a long section',
      { blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(3001) } }] },
      'invalid_blocks',
    ],
    ['51 blocks', { blocks: Array(51).fill({ type: 'divider' }) }, 'invalid_blocks'],
    ['an unknown block', { blocks: [{ type: 'poem' }] }, 'invalid_blocks'],
    [
      'big metadata',
      { text: 'x', metadata: { event_type: 'job', event_payload: { x: 'x'.repeat(9000) } } },
      'metadata_too_large',
    ],
  ])('refuses %s', async (_, content, error) => {
    await expect(clientOf(slack).apiCall('chat.postMessage', { channel: 'C1', ...content })).rejects.toThrow(error)
    expect(kinds()).toEqual(['refused'])
  })

  test('metadata comes back only when it is asked for', async () => {
    const { chat, conversations } = clientOf(slack)
    const metadata = { event_type: 'rai_job', event_payload: { job: 'j1' } }
    const { ts = '' } = await chat.postMessage({ channel: 'C1', text: 'root', metadata })
    await chat.postMessage({ channel: 'C1', text: 'reply', thread_ts: ts, metadata })
    const plain = await conversations.history({ channel: 'C1' })
    const full = await conversations.replies({ channel: 'C1', ts, include_all_metadata: true })
    expect(plain.messages).toMatchObject([{ text: 'root', reply_count: 1 }])
    expect(plain.messages?.[0]?.metadata).toBeUndefined()
    expect(full.messages?.map((message) => message.metadata)).toEqual([metadata, metadata])
  })

  test('history comes in pages, newest first', async () => {
    for (const text of ['1', '2', '3']) await post(text)
    const { conversations } = clientOf(slack)
    const first = await conversations.history({ channel: 'C1', limit: 2 })
    const cursor = first.response_metadata?.next_cursor ?? ''
    const second = await conversations.history({ channel: 'C1', limit: 2, cursor })
    const texts = [first, second].map((page) => page.messages?.map(({ text }) => text))
    expect(texts).toEqual([['3', '2'], ['1']])
  })

  test('what the bot cannot reach says why', async () => {
    slack.channel('C2', { bot: false })
    slack.channel('C3', { bot: false, private: true })
    slack.channel('C4')
    slack.archive('C4')
    const send = (channel: string) => clientOf(slack).chat.postMessage({ channel, text: 'x' })
    await expect(send('C2')).rejects.toThrow('not_in_channel')
    await expect(send('C3')).rejects.toThrow('channel_not_found')
    await expect(send('C4')).rejects.toThrow('is_archived')
    expect(kinds()).toEqual([])
  })

  test('a permalink names channel and thread', async () => {
    const root = await tsOf('root')
    const { ts = '' } = await post('reply', root)
    const { permalink } = await clientOf(slack).chat.getPermalink({ channel: 'C1', message_ts: ts })
    expect(permalink).toMatch(new RegExp(`/archives/C1/p\\d{16}\\?thread_ts=${root}&cid=C1$`))
  })
})

describe('streaming messages', () => {
  const start = (more: object = { recipient_user_id: 'U1', recipient_team_id: slack.teamId }) =>
    clientOf(slack).chat.startStream({ channel: 'C1', thread_ts: '', markdown_text: 'a', ...more })

  test('grow, stop, and can be edited afterwards only', async () => {
    const root = await tsOf('root')
    const recipient = { recipient_user_id: 'U1', recipient_team_id: slack.teamId }
    const { chat } = clientOf(slack)
    const { ts = '' } = await start({ ...recipient, thread_ts: root })
    await chat.appendStream({ channel: 'C1', ts, markdown_text: 'b' })
    await expect(chat.update({ channel: 'C1', ts, text: 'x' })).rejects.toThrow('streaming_state_conflict')
    await chat.stopStream({ channel: 'C1', ts, markdown_text: 'c' })
    expect(slack.thread('C1', root)[1]?.text).toBe('abc')
    await chat.update({ channel: 'C1', ts, text: 'done' })
    expect(kinds()).toEqual([])
  })

  test('take what the SDK’s own streamer sends', async () => {
    const thread_ts = await tsOf('root')
    const recipient = { recipient_user_id: 'U1', recipient_team_id: slack.teamId }
    const streamer = clientOf(slack).chatStream({ channel: 'C1', thread_ts, buffer_size: 1, ...recipient })
    for (const markdown_text of ['one ', 'two ']) await streamer.append({ markdown_text })
    await streamer.stop({ markdown_text: 'three' })
    expect(slack.thread('C1', thread_ts)[1]?.text).toBe('one two three')
    expect(kinds()).toEqual([])
  })

  test('need a recipient in a channel', async () => {
    const root = await tsOf('root')
    await expect(start({ thread_ts: root })).rejects.toThrow('missing_recipient_user_id')
  })

  test('die after five minutes, and take 12,000 characters at a time', async () => {
    const recipient = { recipient_user_id: 'U1', recipient_team_id: slack.teamId }
    const { chat } = clientOf(slack)
    const { ts = '' } = await start({ ...recipient, thread_ts: await tsOf('root') })
    const append = (markdown_text: string) => chat.appendStream({ channel: 'C1', ts, markdown_text })
    await expect(append('x'.repeat(12_001))).rejects.toThrow('msg_too_long')
    slack.advance(5 * 60_000 + 1)
    await expect(append('x')).rejects.toThrow('message_not_in_streaming_state')
    await chat.update({ channel: 'C1', ts, text: 'recovered' })
  })
})

describe('files and people', () => {
  test('a file goes up in three steps and lands in the thread', async () => {
    const root = await tsOf('root')
    const file = Buffer.from('all the output')
    await clientOf(slack).filesUploadV2({ channel_id: 'C1', thread_ts: root, file, filename: 'log.txt', title: 'Log' })
    const [, message] = slack.thread('C1', root)
    expect(message?.files).toMatchObject([{ name: 'log.txt', title: 'Log' }])
    expect(slack.file(message?.files[0]?.id ?? '')?.toString()).toBe('all the output')
    expect(kinds()).toEqual([])
  })

  test('an upload of another length, or none, is refused', async () => {
    const { files } = clientOf(slack)
    const { upload_url = '', file_id = '' } = await files.getUploadURLExternal({ filename: 'x', length: 3 })
    expect((await fetch(upload_url, { method: 'POST', body: 'four' })).status).toBe(400)
    const complete = () => files.completeUploadExternal({ files: [{ id: file_id }], channel_id: 'C1' })
    await expect(complete()).rejects.toThrow('file_update_failed')
    expect((await fetch(upload_url, { method: 'PUT', body: 'abc' })).status).toBe(200)
    await complete()
    expect(kinds()).toEqual(['refused', 'refused'])
  })

  test('people are found by address, with what tells members from guests and strangers', async () => {
    slack.user('U1', { email: 'ann@example.edu' })
    slack.user('U2', { email: 'gus@example.edu', guest: 'single' })
    slack.user('U3', { email: 'eve@example.edu', stranger: true })
    const { users } = clientOf(slack)
    const find = async (name: string) => (await users.lookupByEmail({ email: `${name}@example.edu` })).user
    expect(await find('Ann')).toMatchObject({ id: 'U1', is_restricted: false, team_id: slack.teamId })
    expect(await find('gus')).toMatchObject({ is_restricted: true, is_ultra_restricted: true })
    expect(await find('eve')).toMatchObject({ is_stranger: true })
    await expect(find('nobody')).rejects.toThrow('users_not_found')
    expect(kinds()).toEqual([])
  })

  test('a conversation opens with a person, and user groups have members', async () => {
    slack.user('U1')
    slack.user('U9', { deactivated: true })
    slack.userGroup('S1', { handle: 'tas', users: ['U1'] })
    const client = clientOf(slack)
    const { channel } = await client.conversations.open({ users: 'U1' })
    await client.chat.postMessage({ channel: channel?.id ?? '', text: 'hi' })
    expect(slack.messages(slack.directOf('U1'))).toMatchObject([{ text: 'hi' }])
    await expect(client.conversations.open({ users: 'U9' })).rejects.toThrow('user_disabled')
    expect(await client.usergroups.users.list({ usergroup: 'S1' })).toMatchObject({ users: ['U1'] })
    expect(slack.unchecked()).toContain('usergroups.users.list')
  })
})

describe('faults', () => {
  test('the next call meets what was armed, the one after its answer', async () => {
    slack.fault('chat.postMessage', 'channel_not_found')
    slack.fault('chat.postMessage', 429, { retryAfter: 7 })
    slack.fault('chat.postMessage', 500)
    await expect(post('x')).rejects.toThrow('channel_not_found')
    await expect(post('x')).rejects.toMatchObject({ retryAfter: 7 })
    await expect(post('x')).rejects.toMatchObject({ statusCode: 500 })
    await post('x')
    expect(slack.messages('C1')).toHaveLength(1)
    expect(kinds()).toEqual([])
  })

  test('a lost answer took effect all the same', async () => {
    slack.fault('chat.postMessage', 'lost-answer')
    await expect(post('x')).rejects.toThrow()
    expect(slack.messages('C1')).toHaveLength(1)
  })

  test('a call that hangs never answers', async () => {
    slack.fault('auth.test', 'hang')
    const answer = clientOf(slack).auth.test()
    const closed = expect(answer).rejects.toThrow()
    await slack.until(() => slack.calls('auth.test').length === 1)
    expect(slack.calls('auth.test')[0]?.answer).toBeUndefined()
    await slack.close()
    await closed
  })
})
