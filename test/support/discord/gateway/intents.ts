import { GatewayIntentBits } from 'discord.js'

/** Those the developer portal has to grant. */
export const privileged = {
  members: GatewayIntentBits.GuildMembers,
  presences: GatewayIntentBits.GuildPresences,
  messageContent: GatewayIntentBits.MessageContent,
} as const

const everyIntent = Object.values(GatewayIntentBits)
  .filter((value): value is GatewayIntentBits => typeof value === 'number')
  .reduce((all, intent) => all | intent, 0)

export const areIntents = (intents: number): boolean => intents >= 0 && (intents & ~everyIntent) === 0

/** Which intent an event needs in a server; none for what always comes. */
const needs: readonly (readonly [string, number])[] = [
  ['MESSAGE_', GatewayIntentBits.GuildMessages],
  ['GUILD_MEMBER_', GatewayIntentBits.GuildMembers],
  ['GUILD_', GatewayIntentBits.Guilds],
  ['CHANNEL_', GatewayIntentBits.Guilds],
  ['THREAD_', GatewayIntentBits.Guilds],
]

export const intentFor = (event: string, inGuild: boolean): number => {
  if (event.startsWith('MESSAGE_REACTION_'))
    return inGuild ? GatewayIntentBits.GuildMessageReactions : GatewayIntentBits.DirectMessageReactions
  if (event.startsWith('MESSAGE_') && !inGuild) return GatewayIntentBits.DirectMessages
  return needs.find(([prefix]) => event.startsWith(prefix))?.[1] ?? 0
}
