import {
  type ApplicationCommandDataResolvable,
  Client,
  type ClientOptions,
  DiscordAPIError,
  Events,
  GatewayIntentBits,
  type Interaction,
  REST,
  type TextChannel,
} from 'discord.js'
import { expect, onTestFinished } from 'vitest'
import type { GuildOptions, Place, Server } from '../../support/discord/administration.ts'
import type { Person } from '../../support/discord/people/person.ts'
import type { DiscordStandIn } from '../../support/discord/stand-in.ts'
import { type DiscordOptions, startDiscord } from '../../support/discord/start.ts'

export const intents = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.DirectMessages,
  GatewayIntentBits.MessageContent,
]

/** A server with one channel and one person, and the bot's HTTP client; it ends with the test, which fails if the bot did. */
export interface Course {
  readonly discord: DiscordStandIn
  readonly server: Server
  readonly channel: Place
  readonly ada: Person
  readonly rest: REST
  /** A real discord.js, connected, that waits for nothing between two IDENTIFYs. */
  login(options?: Partial<ClientOptions>): Promise<Client<true>>
}

const connect = async (discord: DiscordStandIn, options: Partial<ClientOptions>): Promise<Client<true>> => {
  const client = new Client({
    intents,
    rest: { api: discord.api },
    ws: { buildIdentifyThrottler: () => Promise.resolve({ waitForIdentify: () => Promise.resolve() }) },
    ...options,
  })
  onTestFinished(() => client.destroy())
  const ready = new Promise<Client<true>>((resolve) => client.once(Events.ClientReady, resolve))
  await client.login(discord.token)
  return ready
}

export const startCourse = async (options: DiscordOptions & { guild?: GuildOptions } = {}): Promise<Course> => {
  const discord = await startDiscord(options)
  onTestFinished(async () => {
    await discord.close()
    expect(discord.failures()).toEqual([])
  })
  const server = discord.guild('Course', options.guild)
  const channel = server.channel('lab-1')
  const ada = discord.user('ada')
  const rest = new REST({ api: discord.api, retries: 0 }).setToken(discord.token)
  return { discord, server, channel, ada, rest, login: (client = {}) => connect(discord, client) }
}

export const register = (
  client: Client<true>,
  server: Server,
  command: { toJSON(): ApplicationCommandDataResolvable },
) => client.application.commands.set([command.toJSON()], server.id)

/** What a bot does with interactions; its errors come back to the test, in `errors`. */
export const onInteraction = (client: Client<true>, handle: (interaction: Interaction) => Promise<unknown>) => {
  const errors: unknown[] = []
  client.on(Events.InteractionCreate, (interaction) => {
    handle(interaction).catch((error: unknown) => errors.push(error))
  })
  return errors
}

/** Discord's code of the error that this meets. */
export const codeOf = async (doing: Promise<unknown>): Promise<unknown> => {
  try {
    await doing
  } catch (error) {
    return error instanceof DiscordAPIError ? error.code : error
  }
  return 'no error'
}

export const textChannel = async (client: Client<true>, { id }: Place): Promise<TextChannel> => {
  const channel = await client.channels.fetch(id)
  if (channel?.type !== 0) throw new Error('no text channel')
  return channel
}

/** What a test provoked; an answer that does not fit Discord's description is never part of that. */
export const provoked = (discord: DiscordStandIn): readonly string[] => {
  const failures = discord.takeFailures()
  expect(failures.filter(({ kind }) => kind === 'answer' || kind === 'stand-in')).toEqual([])
  return failures.map(({ kind }) => kind)
}
