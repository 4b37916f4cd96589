import { GatewayIntentBits } from 'discord.js'
import { wireGuildCreate } from '../wire/guild.ts'
import { wireUser } from '../wire/people.ts'
import type { World } from '../world.ts'
import type { Session } from './session.ts'

export const gatewayUrl = ({ baseUrl }: Pick<World, 'baseUrl'>): string => `${baseUrl.replace('http', 'ws')}/gateway`

/** READY, then each server the bot is in. */
export const greet = (parts: Omit<World, 'gateway'>, session: Session): void => {
  const { state, identity } = parts
  const bot = state.users.get(identity.botUserId)
  if (!bot) throw new Error('the bot has no user')
  const guilds = [...state.guilds.values()].filter(({ members }) => members.has(bot.id))
  session.dispatch('READY', {
    v: 10,
    user: { ...wireUser(bot), verified: true, mfa_enabled: true, email: null },
    guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
    session_id: session.id,
    resume_gateway_url: gatewayUrl(parts),
    session_type: 'normal',
    shard: [0, 1],
    application: { id: identity.applicationId, flags: 0 },
    relationships: [],
    private_channels: [],
    _trace: [],
  })
  if ((session.intents & GatewayIntentBits.Guilds) === 0) return
  for (const guild of guilds) session.dispatch('GUILD_CREATE', wireGuildCreate(parts, guild))
}
