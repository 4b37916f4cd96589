import { Client, Events, GatewayIntentBits, Partials } from 'discord.js'
import { expect, it, onTestFinished } from 'vitest'
import { intents, startCourse } from './course.ts'

const soon = <Value>(client: Client, event: string): Promise<Value> =>
  new Promise((resolve) => client.once(event, (value: Value) => resolve(value)))

it('shows the bot its servers with their channels and roles', async () => {
  const { login, server, channel } = await startCourse()
  const client = await login()
  const guild = client.guilds.cache.get(server.id)
  expect(guild?.name).toBe('Course')
  expect(guild?.channels.cache.get(channel.id)?.name).toBe('lab-1')
  expect(guild?.members.me?.permissions.has('CreatePublicThreads')).toBe(true)
  expect(guild?.members.me?.permissions.has('ManageThreads')).toBe(false)
})

it('acknowledges heartbeats', async () => {
  const { login, discord } = await startCourse({ limits: { heartbeatMs: 20 } })
  await login()
  await discord.until(() => discord.gatewayEvents('heartbeat').length >= 2)
})

it('has a bot whose heartbeats nobody acknowledges come back', async () => {
  const { login, discord } = await startCourse({ limits: { heartbeatMs: 20 } })
  const client = await login()
  const back = soon(client, Events.ShardResume)
  discord.gateway.silence(true)
  await discord.until(() => discord.gatewayEvents('close').length === 1)
  discord.gateway.silence(false)
  await back
  expect(discord.gatewayEvents('resume')).toHaveLength(1)
})

it('sends what was missed when a session is resumed', async () => {
  const { login, discord, ada, channel } = await startCourse()
  const client = await login()
  const heard = soon<{ content: string }>(client, Events.MessageCreate)
  discord.gateway.drop()
  ada.say(channel, 'while you were away')
  expect(await heard).toMatchObject({ content: 'while you were away' })
  expect(discord.gatewayEvents('resume')).toHaveLength(1)
  expect(discord.gatewayEvents('identify')).toHaveLength(1)
})

it('makes the bot identify again when its session is gone', async () => {
  const { login, discord, ada, channel } = await startCourse()
  const client = await login()
  discord.gateway.drop({ resumable: false })
  ada.say(channel, 'nobody hears this')
  await discord.until(() => discord.gatewayEvents('identify').length === 2)
  const heard = soon<{ content: string }>(client, Events.MessageCreate)
  await discord.until(() => discord.gateway.connections() === 1)
  ada.say(channel, 'but this')
  expect(await heard).toMatchObject({ content: 'but this' })
})

it('forgets a session after its time', async () => {
  const { login, discord } = await startCourse()
  const client = await login()
  const back = soon(client, Events.ShardReady)
  discord.gateway.drop()
  discord.advance(4 * 60_000)
  await back
  expect(discord.gatewayEvents('resume')).toHaveLength(0)
})

it.each([
  ['asked to reconnect', 'reconnect', Events.ShardResume],
  ['told that its session is invalid', 'invalidate', Events.ShardReady],
] as const)('has the bot come back when it is %s', async (_, act, event) => {
  const { login, discord } = await startCourse()
  const client = await login()
  const back = soon(client, event)
  discord.gateway[act]()
  await back
  expect(discord.gateway.connections()).toBe(1)
})

const refusedWith = async (wanted: readonly GatewayIntentBits[], code?: number) => {
  const { discord } = await startCourse()
  const client = new Client({ intents: [...wanted], rest: { api: discord.api } })
  onTestFinished(() => client.destroy())
  client.on(Events.Error, () => undefined)
  if (code !== undefined) discord.gateway.refuseNext(code)
  await client.login(discord.token).catch(() => undefined)
  await discord.until(() => discord.gatewayEvents('refuse').length > 0)
  return discord.gatewayEvents('refuse')[0]?.code
}

it('closes with 4014 on an intent the portal does not grant', async () => {
  expect(await refusedWith([...intents, GatewayIntentBits.GuildMembers])).toBe(4014)
})

it('closes the next connection with the code a test wants', async () => {
  expect(await refusedWith(intents, 4004)).toBe(4004)
})

it('refuses a wrong token over HTTP', async () => {
  const { discord } = await startCourse()
  const client = new Client({ intents, rest: { api: discord.api } })
  onTestFinished(() => client.destroy())
  await expect(client.login('a.b.c')).rejects.toThrow(/token/i)
})

it('hides what people write without the message content intent, except what names the bot', async () => {
  const { login, discord, ada, channel } = await startCourse()
  const fewer = intents.filter((intent) => intent !== GatewayIntentBits.MessageContent)
  const client = await login({ intents: fewer, partials: [Partials.Channel] })
  const contents: string[] = []
  client.on(Events.MessageCreate, ({ content }) => void contents.push(content))
  ada.say(channel, 'secret')
  ada.mention(channel, 'hello')
  ada.direct('you alone')
  await expect.poll(() => contents).toHaveLength(3)
  expect(contents).toEqual(['', `<@${discord.botUserId}> hello`, 'you alone'])
})

it('sends nothing of messages without their intent', async () => {
  const { login, ada, channel } = await startCourse()
  const client = await login({
    intents: [GatewayIntentBits.Guilds, GatewayIntentBits.DirectMessages],
    partials: [Partials.Channel],
  })
  const heard = soon<{ content: string }>(client, Events.MessageCreate)
  ada.say(channel, 'not for you')
  ada.direct('for you')
  expect(await heard).toMatchObject({ content: 'for you' })
})

it('sends two processes the same events', async () => {
  const { login, ada, channel } = await startCourse()
  const [one, two] = [await login(), await login()]
  const both = [one, two].map((client) => soon<{ content: string }>(client, Events.MessageCreate))
  ada.say(channel, 'hello')
  expect((await Promise.all(both)).map(({ content }) => content)).toEqual(['hello', 'hello'])
})
