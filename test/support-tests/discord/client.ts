import { Client, type ClientOptions, Events, GatewayIntentBits } from 'discord.js'
import type { DiscordStandIn } from '../../support/discord/stand-in.ts'

/** What RAI's bot asks for. */
export const intents = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.DirectMessages,
  GatewayIntentBits.MessageContent,
]

/** A real discord.js that waits for nothing between two IDENTIFYs. */
export const createClient = (discord: DiscordStandIn, options: Partial<ClientOptions> = {}): Client => {
  const client = new Client({
    intents,
    rest: { api: discord.api },
    ws: { buildIdentifyThrottler: () => Promise.resolve({ waitForIdentify: () => Promise.resolve() }) },
    ...options,
  })
  client.on(Events.Error, (error) => void errors.push(error))
  return client
}

/** What clients complained about. */
export const errors: Error[] = []

/** Logs in and waits until the servers are there. */
export const login = async (discord: DiscordStandIn, client: Client): Promise<Client<true>> => {
  const ready = new Promise<Client<true>>((resolve) => client.once(Events.ClientReady, resolve))
  await client.login(discord.token)
  return ready
}
