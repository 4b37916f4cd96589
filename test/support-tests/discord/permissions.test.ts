import { Routes } from 'discord.js'
import { expect, it } from 'vitest'
import type { ChannelOptions } from '../../support/discord/administration.ts'
import { codeOf, startCourse } from './course.ts'

const sendTo = async (
  options: ChannelOptions,
  body: object = { content: 'x' },
  files: { name: string; data: Buffer }[] = [],
) => {
  const { server, rest } = await startCourse()
  const { id } = server.channel('other', options)
  return codeOf(rest.post(Routes.channelMessages(id), { body, files }))
}

const embed = { embeds: [{ description: 'x' }] }
const file = [{ name: 'log.txt', data: Buffer.from('log') }]

it.each([
  ['a channel it does not see', { denyBot: ['ViewChannel'] }, undefined, [], 50001],
  ['a channel it may not write in', { denyBot: ['SendMessages'] }, undefined, [], 50013],
  ['an embed it may not post', { denyBot: ['EmbedLinks'] }, embed, [], 50013],
  ['a file it may not post', { denyBot: ['AttachFiles'] }, undefined, file, 50013],
  ['a forum, which takes no messages', { type: 15 }, undefined, [], 50008],
] as const)('refuses %s', async (_, options, body, files, code) => {
  expect(await sendTo(options, body, [...files])).toBe(code)
})

it('takes from everybody, and gives back to the bot', async () => {
  expect(await sendTo({ deny: ['SendMessages'] })).toBe(50013)
  expect(await sendTo({ deny: ['SendMessages'], allowBot: ['SendMessages'] })).toBe('no error')
})

it('shows a channel only to whom it belongs', async () => {
  const { server, discord, ada } = await startCourse()
  const bob = discord.user('bob')
  const secret = server.channel('secret', { only: [ada] })
  expect(ada.say(secret, 'hello').content).toBe('hello')
  expect(() => bob.say(secret, 'hello')).toThrow('cannot see')
})

it('asks for the threads’ own permission in a thread', async () => {
  const { server, rest, discord } = await startCourse()
  const { id } = server.channel('other', { denyBot: ['SendMessagesInThreads'] })
  await rest.post(Routes.channelMessages(id), { body: { content: 'root' } })
  const root = discord.messages(id)[0]?.id ?? ''
  await rest.post(Routes.threads(id, root), { body: { name: 'ada' } })
  expect(await codeOf(rest.post(Routes.channelMessages(root), { body: { content: 'x' } }))).toBe(50013)
})

it('has no history for who may not read it', async () => {
  const { server, rest, ada } = await startCourse()
  const other = server.channel('other', { denyBot: ['ReadMessageHistory'] })
  const message = ada.say(other, 'hello')
  expect(await rest.get(Routes.channelMessages(other.id))).toEqual([])
  expect(await codeOf(rest.get(Routes.channelMessage(other.id, message.id)))).toBe(50001)
})

it('writes to a person alone, unless they closed that', async () => {
  const { rest, ada, discord } = await startCourse()
  await rest.post(Routes.userChannels(), { body: { recipient_id: ada.id } })
  const send = () => rest.post(Routes.channelMessages(discord.directOf(ada).id), { body: { content: 'psst' } })
  await send()
  expect(ada.directs().map(({ content }) => content)).toEqual(['psst'])
  ada.closeDirects()
  expect(await codeOf(send())).toBe(50007)
})

it('reads what a role gives and takes away', async () => {
  const { server, discord, ada, rest } = await startCourse()
  server.role('staff', ['ManageMessages'])
  server.join(ada, ['staff'])
  const roles = await rest.get(Routes.guildMember(server.id, ada.id))
  expect(roles).toMatchObject({ roles: [expect.any(String)] })
  server.takeRole(ada, 'staff')
  expect(await rest.get(Routes.guildMember(server.id, ada.id))).toMatchObject({ roles: [] })
  server.leave(ada)
  expect(await codeOf(rest.get(Routes.guildMember(server.id, ada.id)))).toBe(10007)
  expect(discord.failures()).toEqual([])
})

it('is nowhere once it was kicked', async () => {
  const { server, rest, channel } = await startCourse()
  server.kickBot()
  expect(await codeOf(rest.post(Routes.channelMessages(channel.id), { body: { content: 'x' } }))).toBe(50001)
})
