import { ContainerBuilder, MessageFlags, SectionBuilder, SeparatorBuilder, ThreadAutoArchiveDuration } from 'discord.js'
import { expect, it } from 'vitest'
import { unthrottled } from '../../support/discord/limits.ts'
import { buttonsOf, textOf } from '../../support/discord/reading.ts'
import { startCourse, textChannel } from './course.ts'

/** Whatever of this does not fit Discord's description, in either direction, fails the test at its end. */
const start = async () => {
  const course = await startCourse({ limits: unthrottled, intents: ['messageContent', 'members'] })
  const client = await course.login()
  return { ...course, client, lab: await textChannel(client, course.channel) }
}

it('serves what discord.js asks about the bot, the server and its people', async () => {
  const { client, server, ada } = await start()
  const guild = await client.guilds.fetch(server.id)
  expect((await client.application.fetch()).name).toBe('rai')
  expect((await client.users.fetch(ada.id)).username).toBe('ada')
  expect((await guild.members.fetch({ user: ada.id, force: true })).id).toBe(ada.id)
  expect((await guild.members.list({ limit: 10 })).size).toBe(3)
  expect((await guild.channels.fetch()).size).toBe(1)
  expect((await guild.roles.fetch()).size).toBe(2)
  expect((await guild.fetch()).name).toBe('Course')
})

it('serves what discord.js does with messages and reactions', async () => {
  const { lab, ada, discord, channel } = await start()
  await lab.sendTyping()
  const asked = await lab.messages.fetch(ada.say(channel, 'hello').id)
  const answered = await asked.reply('hi')
  expect(discord.message(answered)).toMatchObject({ type: 19, replyTo: asked.id })
  const reaction = await asked.react('⏳')
  expect([...(discord.message(asked)?.reactions.keys() ?? [])]).toEqual(['⏳'])
  await reaction.users.remove()
  expect(discord.message(asked)?.reactions.size).toBe(0)
  expect((await lab.messages.fetch({ limit: 10 })).size).toBe(2)
  await answered.delete()
  expect(discord.message(answered)).toBeUndefined()
})

it('serves what discord.js does with threads', async () => {
  const { lab, ada, discord } = await start()
  const root = await lab.send('root')
  const thread = await root.startThread({ name: 'ada', autoArchiveDuration: ThreadAutoArchiveDuration.OneHour })
  await thread.members.add(ada.id)
  expect((await thread.members.fetch()).size).toBe(2)
  await thread.setName('ada: succeeded')
  expect(await thread.fetchStarterMessage()).toMatchObject({ id: root.id })
  expect((await lab.guild.channels.fetchActiveThreads()).threads.size).toBe(1)
  await thread.setArchived(true)
  expect((await lab.threads.fetchArchived()).threads.size).toBe(1)
  await thread.setArchived(false)
  await thread.leave()
  await thread.join()
  expect(discord.thread(root)).toMatchObject({ name: 'ada: succeeded', archived: false })
})

it('serves a direct message', async () => {
  const { client, ada } = await start()
  const user = await client.users.fetch(ada.id)
  await user.send({ content: 'psst', files: [{ attachment: Buffer.from('key'), name: 'key.txt' }] })
  expect(ada.directs().map(({ content, attachments }) => [content, attachments[0]?.name])).toEqual([
    ['psst', 'key.txt'],
  ])
})

it('serves a card of new components with a file, and edits of it', async () => {
  const { lab, discord } = await start()
  const card = (state: string) =>
    new ContainerBuilder()
      .setAccentColor(0x2ecc71)
      .addTextDisplayComponents((text) => text.setContent(`**${state}**`))
      .addSeparatorComponents(new SeparatorBuilder())
      .addSectionComponents(
        new SectionBuilder()
          .addTextDisplayComponents((text) => text.setContent('tail'))
          .setButtonAccessory((button) => button.setCustomId('cancel:1').setLabel('Cancel').setStyle(4)),
      )
      .addFileComponents((file) => file.setURL('attachment://log.txt'))
  const files = [{ attachment: Buffer.from('log'), name: 'log.txt' }]
  const message = await lab.send({ flags: MessageFlags.IsComponentsV2, components: [card('queued')], files })
  await message.edit({ components: [card('running')] })
  const now = discord.message(message)
  if (!now) throw new Error('no card')
  expect(textOf(now)).toBe('**running**\ntail')
  expect(buttonsOf(now)).toEqual([{ label: 'Cancel', customId: 'cancel:1', url: undefined, disabled: false }])
})
