import {
  ApplicationCommandType,
  InteractionContextType,
  ApplicationCommandOptionType as Kind,
  type RESTPostAPIApplicationCommandsJSONBody,
  Routes,
} from 'discord.js'
import { z } from 'zod'
import type { Command } from '../commands/command.ts'
import { staffVerbs } from '../commands/staff.ts'
import { commandNames, commands } from '../commands/table.ts'
import type { Api } from './api.ts'
import { slashCommand } from './slash.ts'

/** In the menu of every message. */
export const submitMenu = 'Submit with RAI'

export interface RegisterOptions {
  readonly api: Api
  readonly applicationId: string
  /** Where the commands are to be: in one server, or without it in all and in direct messages. */
  readonly guild?: string | undefined
}

const registered = z.array(z.object({ id: z.string(), name: z.string() }))

/**
 * Makes Discord show exactly these commands. The same ones again change nothing. Those of the other scope go, or people
 * would see everything twice.
 */
export async function registerCommands({ api, applicationId, guild }: RegisterOptions): Promise<void> {
  const everywhere = Routes.applicationCommands(applicationId)
  const here = guild === undefined ? everywhere : Routes.applicationGuildCommands(applicationId, guild)
  await api.call('register commands', registered, (rest) => rest.put(here, { body: commandsFor(guild) }))
  if (guild === undefined) return
  const old = await api.call('list commands', registered, (rest) => rest.get(everywhere))
  if (old.some(({ name }) => name === slashCommand || name === submitMenu)) {
    await api.call('remove old commands', registered, (rest) => rest.put(everywhere, { body: [] }))
  }
}

function commandsFor(guild: string | undefined): RESTPostAPIApplicationCommandsJSONBody[] {
  const where = guild === undefined ? { contexts: [InteractionContextType.Guild, InteractionContextType.BotDM] } : {}
  return [
    {
      ...where,
      name: slashCommand,
      description: 'Run your code and see how it goes',
      options: commands.map(toSubcommand),
    },
    { ...where, type: ApplicationCommandType.Message, name: submitMenu },
  ]
}

function toSubcommand(command: Command) {
  return subcommand(command.name, command.summary, optionsOf(command))
}

function subcommand(name: string, description: string, options: readonly ReturnType<typeof text>[] = []) {
  return { type: Kind.Subcommand as const, name, description: description.slice(0, 100), options: [...options] }
}

function optionsOf({ name, usage, options }: Command) {
  const id = usage.includes('[id]') ? [text('id', 'which submission; without it, your newest', true)] : []
  const other = usage.includes('[other]') ? [text('other', 'the run to compare it with', true)] : []
  const rest = Object.entries(options).map(([option, what]) => text(option, what, option === 'assignment'))
  const course = takesCourse(name) ? [text('course', 'which course, where the channel does not say')] : []
  if (name === 'ranking') return [...rest, mine, ...course]
  if (name === 'staff') return [...staff, ...rest, ...course]
  if (name === 'submit') return [...sources, ...rest, ...course]
  if (name === 'key')
    return [
      {
        ...text('action', 'new keys, or those that wait for you'),
        choices: ['show', 'rotate', 'reveal'].map(toChoice),
      },
    ]
  if (name === 'team') return [...team, ...course]
  if (name === 'login') return [text('code', 'your enrolment code; without it, a form asks for your keys')]
  if (name === 'keygen') return [...keygen, ...course]
  if (name === 'help') return [{ ...text('command', 'all about one command'), choices: commandNames.map(toChoice) }]
  return [...id, ...other, ...rest, ...course]
}

const sources = [
  text('repo', 'address of a git repository', true),
  { type: Kind.Attachment as const, name: 'archive', description: 'a .zip or .tar.gz with your build file in it' },
]

const team = [
  {
    ...text('action', 'what to do; without it, who your team is'),
    choices: ['show', 'create', 'join', 'leave'].map(toChoice),
  },
  text('team', 'the new team’s name, or the code that its people see'),
]

const keygen = [
  {
    ...text('action', 'what to do; without it, how everybody’s keys are'),
    choices: ['enroll', 'status', 'rotate', 'resend', 'revoke'].map(toChoice),
  },
  text('person', 'whose keys: @person, username or address'),
  {
    type: Kind.Attachment as const,
    name: 'roster',
    description: 'the class as a CSV file; you confirm before anything happens',
  },
]

/** Sub-commands cannot hold sub-commands, so what stands behind the verb is a line of its own. */
const staff = [
  { ...text('do', 'what to do; without it, a list of it'), choices: staffVerbs.map(toChoice) },
  text('with', 'what stands behind it, as one types it elsewhere: final team1 2d "was ill"'),
]

/** As a word, because that is what it is elsewhere. */
const mine = { ...text('view', 'the board, or what you reached over your submissions'), choices: [toChoice('mine')] }

function takesCourse(name: string): boolean {
  return !['whoami', 'help', 'key', 'login', 'logout'].includes(name)
}

function toChoice(name: string) {
  return { name, value: name }
}

type Option =
  | { readonly type: Kind.Attachment; readonly name: string; readonly description: string }
  | {
      readonly type: Kind.String
      readonly name: string
      readonly description: string
      readonly autocomplete?: false
      readonly choices?: { name: string; value: string }[]
    }
  | { readonly type: Kind.String; readonly name: string; readonly description: string; readonly autocomplete: true }

function text(name: string, description: string, autocomplete = false): Option {
  const option = { type: Kind.String as const, name, description: description.slice(0, 100) }
  return autocomplete ? { ...option, autocomplete: true } : option
}
