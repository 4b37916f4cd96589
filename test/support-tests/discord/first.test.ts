import {
  type Client,
  Events,
  MessageFlags,
  SlashCommandBuilder,
  TextChannel,
  ThreadAutoArchiveDuration,
} from 'discord.js'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Server } from '../../support/discord/administration.ts'
import type { DiscordStandIn } from '../../support/discord/stand-in.ts'
import { startDiscord } from '../../support/discord/start.ts'
import { createClient, login } from './client.ts'

let discord: DiscordStandIn
let server: Server
let client: Client

beforeEach(async () => {
  discord = await startDiscord()
  server = discord.guild('Course')
  client = createClient(discord)
})

afterEach(async () => {
  if (discord.failures().length > 0) console.log(discord.failures())
  await client.destroy()
  await discord.close()
})

const commands = [
  new SlashCommandBuilder()
    .setName('rai')
    .setDescription('Submit')
    .addSubcommand((sub) =>
      sub
        .setName('submit')
        .setDescription('Submit a repository')
        .addStringOption((option) => option.setName('repo').setDescription('Where it is'))
        .addAttachmentOption((option) => option.setName('archive').setDescription('Or a file')),
    )
    .toJSON(),
]

it('takes a bot through login, registration, a command, a card and a thread', async () => {
  const channel = server.channel('lab-1')
  const ada = discord.user('ada')
  const bot = await login(discord, client)
  expect(bot.guilds.cache.get(server.id)?.name).toBe('Course')
  await bot.application.commands.set(commands, server.id)
  bot.on(Events.InteractionCreate, async (interaction) => {
    if (!interaction.isChatInputCommand()) return
    await interaction.deferReply({ flags: MessageFlags.Ephemeral })
    await interaction.editReply(
      `taken: ${interaction.options.getString('repo')} ${interaction.options.getAttachment('archive')?.name}`,
    )
    await interaction.followUp({ content: 'more', flags: MessageFlags.Ephemeral })
    const place = interaction.channel
    if (!(place instanceof TextChannel)) return
    const root = await place.send({
      content: 'card',
      nonce: '1',
      enforceNonce: true,
      embeds: [{ description: 'queued' }],
    })
    const thread = await root.startThread({ name: 'ada', autoArchiveDuration: ThreadAutoArchiveDuration.OneDay })
    await thread.send({ content: 'hello', files: [{ attachment: Buffer.from('log'), name: 'log.txt' }] })
    await root.edit({ embeds: [{ description: 'running' }] })
    await thread.setArchived(true)
  })
  const outcome = await ada.slash(
    'rai',
    'submit',
    { repo: 'https://x', archive: { name: 'a.zip', bytes: 'zip' } },
    { channel },
  )
  expect(outcome).toMatchObject({ acked: true, ephemeral: true, callback: 'deferred' })
  await discord.until(
    () =>
      discord.messages(channel)[0] !== undefined &&
      discord.thread(discord.messages(channel)[0] ?? '')?.archived === true,
  )
  expect(outcome.content).toBe('taken: https://x a.zip')
  expect(outcome.followups.map(({ content }) => content)).toEqual(['more'])
  const [card] = discord.messages(channel)
  expect(card?.embeds[0]?.description).toBe('running')
  expect(discord.messages(card?.id ?? '').map(({ attachments }) => String(attachments[0]?.bytes))).toEqual(['log'])
  expect(discord.failures()).toEqual([])
})
