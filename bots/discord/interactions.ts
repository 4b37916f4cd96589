import type { ChatInputCommandInteraction, Client, Interaction, RepliableInteraction } from 'discord.js'
import { Events } from 'discord.js'
import { wordsOfPress } from '../commands/press.ts'
import type { Answer } from '../commands/request.ts'
import { acknowledge, answer, whisper } from './answers.ts'
import { askFor, type Heard } from './asking.ts'
import { attachmentsOf } from './attachment.ts'
import type { Desk } from './desk.ts'
import { fillForm, opensForm, showForm } from './forms.ts'
import { leave } from './login-form.ts'
import { readAction } from './look.ts'
import { submitMenu } from './registration.ts'
import { wordsOf } from './slash.ts'
import { suggest } from './suggest.ts'

/** Commands, menus, buttons, forms and suggestions. */
export function listenToInteractions(client: Client, desk: Desk): void {
  client.on(Events.InteractionCreate, (interaction) => {
    if (!interaction.client.isReady()) return
    if (desk.guild !== undefined && interaction.guildId !== null && interaction.guildId !== desk.guild) return
    if (interaction.isAutocomplete()) return desk.start('suggest', () => suggest(desk, interaction))
    if (interaction.isRepliable()) desk.start('answer an interaction', () => react(desk, interaction))
  })
}

async function react(desk: Desk, interaction: RepliableInteraction): Promise<void> {
  const form = interaction.isChatInputCommand() ? opensForm(desk, interaction) : undefined
  if (form !== undefined && interaction.isChatInputCommand()) return showForm(desk, interaction, form)
  if (!(await acknowledge(desk, interaction))) return
  desk.remember(interaction.user.id, (said) => whisper(interaction, said))
  await answer(interaction, await answerTo(desk, interaction))
}

async function answerTo(desk: Desk, interaction: RepliableInteraction): Promise<Answer> {
  if (interaction.isModalSubmit()) return fillForm(desk, interaction)
  if (interaction.isChatInputCommand() && interaction.options.getSubcommand() === 'logout') {
    return leave(desk, interaction.user.id)
  }
  return askFor(desk, interaction, heard(interaction))
}

function heard(interaction: Interaction): Heard {
  if (interaction.isChatInputCommand()) return heardCommand(interaction)
  if (interaction.isMessageContextMenuCommand() && interaction.commandName === submitMenu) {
    const { id, channelId, attachments, content } = interaction.targetMessage
    const files = attachmentsOf(attachments.values(), { id, channel: channelId })
    return { words: ['submit', ...(files.length > 0 ? [] : repositoryIn(content))], attachments: files }
  }
  const pressed = interaction.isButton() ? readAction(interaction.customId) : undefined
  return pressed === undefined ? { words: ['help'] } : wordsOfPress(pressed.action, pressed.submission)
}

function heardCommand(interaction: ChatInputCommandInteraction): Heard {
  const { options } = interaction
  const archive = options.getAttachment('archive') ?? options.getAttachment('roster')
  return {
    words: wordsOf(interaction.options.getSubcommand(), (name) => interaction.options.getString(name)),
    attachments: archive === null ? [] : attachmentsOf([archive]),
  }
}

function repositoryIn(text: string): string[] {
  return text.match(/(?:https?:\/\/|git@)[^\s>)\]]+/)?.slice(0, 1) ?? []
}
