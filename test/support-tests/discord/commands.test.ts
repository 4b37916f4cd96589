import { Routes, SlashCommandBuilder } from 'discord.js'
import { expect, it } from 'vitest'
import { codeOf, provoked, startCourse } from './course.ts'

const rai = (description = 'Submit') => new SlashCommandBuilder().setName('rai').setDescription(description).toJSON()

const start = async () => {
  const course = await startCourse()
  const { rest, discord, server } = course
  const guild = Routes.applicationGuildCommands(discord.applicationId, server.id)
  const global = Routes.applicationCommands(discord.applicationId)
  const put = (route: `/${string}`, body: unknown): Promise<unknown> => rest.put(route, { body })
  return { ...course, guild, global, put }
}

it('changes nothing when the same commands are registered again', async () => {
  const { put, guild } = await start()
  const [first, second] = [await put(guild, [rai()]), await put(guild, [rai()])]
  expect(second).toEqual(first)
})

it('keeps a command’s id when it changes, and forgets those that are not named', async () => {
  const { put, guild, discord, server } = await start()
  await put(guild, [rai(), { ...rai(), name: 'old' }])
  const before = discord.commands(server)[0]
  await put(guild, [rai('Changed')])
  expect(discord.commands(server)).toMatchObject([{ id: before?.id, description: 'Changed' }])
  expect(discord.commands(server)[0]?.version).not.toBe(before?.version)
})

it('keeps global commands apart from those of a server', async () => {
  const { put, global, discord, server, ada, channel } = await start()
  await put(global, [rai()])
  expect(discord.commands(server)).toEqual([])
  expect(discord.commands()).toMatchObject([{ name: 'rai', default_member_permissions: null }])
  discord.advance(0)
  const outcome = ada.slash('rai', undefined, {}, { channel })
  discord.advance(3000)
  expect(await outcome).toMatchObject({ acked: false })
})

it('lets a command be used only by who has the permissions it asks for', async () => {
  const { put, guild, ada, channel } = await start()
  await put(guild, [
    new SlashCommandBuilder().setName('staff').setDescription('x').setDefaultMemberPermissions(0x20n).toJSON(),
  ])
  await expect(ada.slash('staff', undefined, {}, { channel })).rejects.toThrow('does not see')
})

it.each([
  ['a name in capitals', { name: 'RAI', description: 'x' }],
  ['no description', { name: 'rai', description: '' }],
  [
    'a required option after an optional one',
    {
      name: 'rai',
      description: 'x',
      options: [
        { type: 3, name: 'a', description: 'x' },
        { type: 3, name: 'b', description: 'x', required: true },
      ],
    },
  ],
  [
    'two options of one name',
    {
      name: 'rai',
      description: 'x',
      options: [
        { type: 3, name: 'a', description: 'x' },
        { type: 3, name: 'a', description: 'x' },
      ],
    },
  ],
])('refuses %s', async (_, command) => {
  const { put, guild, discord } = await start()
  expect(await codeOf(put(guild, [command]))).toBe(50035)
  expect(provoked(discord)).toContain('refused')
})

it('refuses two commands of one name', async () => {
  const { put, guild, discord } = await start()
  expect(await codeOf(put(guild, [rai(), rai()]))).toBe(50035)
  expect(provoked(discord)).toContain('refused')
})
