import { EventEmitter, once } from 'node:events'
import {
  ApplicationCommandType,
  type ChatInputCommandInteraction,
  ContextMenuCommandBuilder,
  MessageFlags,
  SlashCommandBuilder,
} from 'discord.js'
import { expect, it } from 'vitest'
import { codeOf, onInteraction, provoked, register, startCourse } from './course.ts'

const rai = new SlashCommandBuilder()
  .setName('rai')
  .setDescription('Submit')
  .addSubcommand((sub) =>
    sub
      .setName('submit')
      .setDescription('Submit something')
      .addStringOption((option) => option.setName('repo').setDescription('Where').setAutocomplete(true))
      .addAttachmentOption((option) => option.setName('archive').setDescription('A file')),
  )
  .addSubcommand((sub) => sub.setName('status').setDescription('How is it?'))

const row = (...buttons: readonly { readonly id: string; readonly label: string }[]) => ({
  type: 1 as const,
  components: buttons.map(({ id, label }) => ({ type: 2 as const, style: 2 as const, custom_id: id, label })),
})

const startBot = async (handle: Parameters<typeof onInteraction>[1]) => {
  const course = await startCourse()
  const client = await course.login()
  await register(client, course.server, rai)
  return { ...course, client, errors: onInteraction(client, handle) }
}

const onCommand = (handle: (interaction: ChatInputCommandInteraction) => Promise<unknown>) =>
  startBot(async (interaction) => {
    if (interaction.isChatInputCommand()) await handle(interaction)
  })

it('hands a sub-command its options, files included, and shows the answer to one person', async () => {
  const { ada, channel, discord } = await onCommand(async (interaction) => {
    const file = interaction.options.getAttachment('archive', true)
    const text = await (await fetch(file.url)).text()
    const { attachmentSizeLimit } = interaction
    await interaction.reply({
      content: `${interaction.options.getSubcommand()} ${file.name} ${text} ${attachmentSizeLimit}`,
      flags: MessageFlags.Ephemeral,
    })
  })
  const outcome = await ada.slash('rai', 'submit', { archive: { name: 'a.zip', bytes: 'zip' } }, { channel })
  expect(outcome).toMatchObject({ acked: true, callback: 'message', ephemeral: true })
  expect(outcome.content).toBe('submit a.zip zip 10485760')
  expect(discord.messages(channel)).toEqual([])
  expect(ada.ephemerals(channel)).toHaveLength(1)
})

it('fills a deferred answer by editing it, and by the first follow-up', async () => {
  const { ada, channel, discord } = await onCommand(async (interaction) => {
    await interaction.deferReply()
    await interaction.followUp('first')
    await interaction.followUp('second')
    await interaction.editReply({ content: 'edited', files: [{ attachment: Buffer.from('log'), name: 'log.txt' }] })
  })
  const outcome = await ada.slash('rai', 'status', {}, { channel })
  await discord.until(() => outcome.content === 'edited')
  expect(outcome.loading).toBe(false)
  expect(discord.messages(channel).map(({ content }) => content)).toEqual(['edited', 'second'])
  expect(String(outcome.message?.attachments[0]?.bytes)).toBe('log')
})

it('says that the application did not respond after three seconds, and takes no answer after that', async () => {
  const signal = new EventEmitter()
  const late = once(signal, 'late')
  const { ada, channel, discord, errors } = await onCommand(async (interaction) => {
    await late
    await interaction.reply('too late')
  })
  const outcome = ada.slash('rai', 'status', {}, { channel })
  await discord.until(() => discord.gateway.connections() === 1)
  discord.advance(3000)
  expect(await outcome).toMatchObject({ acked: false, callback: undefined })
  signal.emit('late')
  await discord.until(() => discord.calls('create_interaction_response').at(-1)?.status !== undefined)
  await expect.poll(() => errors).toMatchObject([{ code: 10062 }])
  expect(discord.takeFailures()).toMatchObject([{ kind: 'no-ack', subject: '/rai status' }])
})

it('takes one answer only', async () => {
  const { ada, channel, discord, rest } = await onCommand((interaction) => interaction.reply('once'))
  await ada.slash('rai', 'status', {}, { channel })
  const [call] = discord.calls('create_interaction_response')
  const again = rest.post(`/${(call?.path ?? '').slice(1)}`, {
    body: { type: 4, data: { content: 'twice' } },
    auth: false,
  })
  expect(await codeOf(again)).toBe(40060)
  expect(discord.takeFailures()).toMatchObject([{ kind: 'refused' }])
})

it('lets the first of two processes answer, and holds the second attempt against neither', async () => {
  const { ada, channel, errors, login, discord } = await onCommand((interaction) => interaction.reply('one'))
  const others = onInteraction(await login(), async (interaction) => {
    if (interaction.isChatInputCommand()) await interaction.reply('two')
  })
  await ada.slash('rai', 'status', {}, { channel })
  await expect.poll(() => [...errors, ...others]).toMatchObject([{ code: 40060 }])
  expect(discord.messages(channel)).toHaveLength(1)
})

it('lets a token work for a quarter of an hour', async () => {
  const { ada, channel, discord, client } = await onCommand((interaction) => interaction.deferReply())
  const { token } = await ada.slash('rai', 'status', {}, { channel })
  const path = `/webhooks/${client.application.id}/${token}/messages/@original` as const
  discord.advance(14 * 60_000)
  expect(await codeOf(client.rest.patch(path, { body: { content: 'in time' } }))).toBe('no error')
  discord.advance(2 * 60_000)
  expect(await codeOf(client.rest.patch(path, { body: { content: 'too late' } }))).toBe(50027)
  expect(discord.takeFailures()).toMatchObject([{ kind: 'refused', subject: 'update_original_webhook_message' }])
})

it('shows what autocomplete suggests, and refuses more than 25', async () => {
  const { ada, channel, discord, errors } = await startBot(async (interaction) => {
    if (!interaction.isAutocomplete()) return
    const { name, value } = interaction.options.getFocused(true)
    const count = value === 'many' ? 26 : 1
    await interaction.respond(
      Array.from({ length: count }, (_, index) => ({ name: `${name} ${value}`, value: `${index}` })),
    )
  })
  const typing = (typed: string) => ada.autocomplete('rai', 'submit', { focused: 'repo', typed }, { channel })
  expect(await typing('lab')).toMatchObject({ acked: true, choices: [{ name: 'repo lab', value: '0' }] })
  const many = typing('many')
  await expect.poll(() => errors).toMatchObject([{ code: 50035 }])
  discord.advance(3000)
  expect((await many).choices).toEqual([])
  expect(provoked(discord)).toContain('refused')
})

it('runs a command of the menu on a message, with its files', async () => {
  const { ada, channel, client, server } = await startBot(async (interaction) => {
    if (!interaction.isMessageContextMenuCommand()) return
    await interaction.reply(`${interaction.targetMessage.attachments.first()?.name}`)
  })
  await register(
    client,
    server,
    new ContextMenuCommandBuilder().setName('Submit with RAI').setType(ApplicationCommandType.Message),
  )
  const message = ada.say(channel, 'mine', { attachments: [{ name: 'work.tar', bytes: 'tar' }] })
  const outcome = await ada.contextMenu('Submit with RAI', message)
  expect(outcome.content).toBe('work.tar')
})

it('presses buttons that update their message or answer in private', async () => {
  const { ada, channel, discord } = await startBot(async (interaction) => {
    if (interaction.isChatInputCommand())
      await interaction.reply({
        content: 'card',
        components: [row({ id: 'go:1', label: 'Go' }, { id: 'link:1', label: 'Link' })],
      })
    if (!interaction.isButton()) return
    if (interaction.customId === 'go:1') await interaction.update({ content: 'gone', components: [] })
    else await interaction.reply({ content: 'yours', flags: MessageFlags.Ephemeral })
  })
  const { message } = await ada.slash('rai', 'status', {}, { channel })
  if (!message) throw new Error('no card')
  expect((await ada.click(message, 'link:1')).content).toBe('yours')
  expect(await ada.click(message, 'go:1')).toMatchObject({ callback: 'update', content: 'gone' })
  expect(discord.message(message)?.components).toEqual([])
  await expect(ada.click(message, 'go:1')).rejects.toThrow('nothing is called go:1')
})

it('chooses in a select of a private message, and only what it offers', async () => {
  const { ada, channel, discord } = await startBot(async (interaction) => {
    const options = ['lab-1', 'lab-2'].map((value) => ({ label: value, value }))
    const select = { type: 3 as const, custom_id: 'assignment', options }
    if (interaction.isChatInputCommand())
      await interaction.reply({ components: [{ type: 1, components: [select] }], flags: MessageFlags.Ephemeral })
    if (!interaction.isStringSelectMenu()) return
    await interaction.deferUpdate()
    await interaction.editReply({ content: interaction.values.join(), components: [] })
  })
  const { message } = await ada.slash('rai', 'status', {}, { channel })
  if (!message) throw new Error('no menu')
  await expect(ada.choose(message, 'assignment', ['lab-3'])).rejects.toThrow('does not offer')
  expect(await ada.choose(message, 'assignment', ['lab-2'])).toMatchObject({ callback: 'deferred-update' })
  await discord.until(() => message.content === 'lab-2')
  await expect(discord.user('bob').click(message, 'assignment')).rejects.toThrow('sees no message')
})

it('takes a global command where person and bot are alone', async () => {
  const { ada, discord, client } = await onCommand((interaction) => interaction.reply(`${interaction.inGuild()}`))
  await client.application.commands.set([rai.toJSON()])
  const outcome = await ada.slash('rai', 'status', {}, { channel: discord.directOf(ada) })
  expect(outcome.content).toBe('false')
  expect(ada.directs()).toHaveLength(1)
})

const form = {
  custom_id: 'form:1',
  title: 'Submit',
  components: [
    {
      type: 18 as const,
      label: 'Repository',
      component: { type: 4 as const, custom_id: 'repo', style: 1 as const, required: false },
    },
    { type: 18 as const, label: 'File', component: { type: 19 as const, custom_id: 'file', required: true } },
  ],
}

it('opens a form and takes what is filled in, files included', async () => {
  const { ada, channel } = await startBot(async (interaction) => {
    if (interaction.isChatInputCommand()) await interaction.showModal(form)
    if (!interaction.isModalSubmit()) return
    const file = interaction.fields.getUploadedFiles('file', true).first()
    const text = await (await fetch(file?.url ?? '')).text()
    await interaction.reply(`${interaction.fields.getTextInputValue('repo')} ${file?.name} ${text}`)
  })
  const opened = await ada.slash('rai', 'status', {}, { channel })
  expect(opened.modal?.title).toBe('Submit')
  await expect(ada.modal({ repo: 'https://x' })).rejects.toThrow('file')
  const outcome = await ada.modal({ repo: 'https://x', file: [{ name: 'a.zip', bytes: 'zip' }] })
  expect(outcome.content).toBe('https://x a.zip zip')
})

it('lets nobody send what the client would not', async () => {
  const { ada, channel } = await onCommand((interaction) => interaction.reply('fine'))
  await expect(ada.slash('rai', 'nothing', {}, { channel })).rejects.toThrow('no sub-command')
  await expect(ada.slash('rai', 'status', { x: 1 }, { channel })).rejects.toThrow('no option x')
  await expect(ada.slash('rai', undefined, {}, { channel })).rejects.toThrow('sub-command is needed')
})
