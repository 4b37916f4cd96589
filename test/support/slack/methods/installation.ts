import { z } from 'zod'
import { method } from './method.ts'

export const authTestMethod = method({
  tier: 'posting',
  scopes: [],
  args: {},
  run: ({ identity, baseUrl }) => ({
    url: `${baseUrl}/`,
    team: identity.teamDomain,
    user: identity.botName,
    team_id: identity.teamId,
    user_id: identity.botUserId,
    bot_id: identity.botId,
    is_enterprise_install: false,
  }),
})

/** Where to connect for Socket Mode; the ticket in the address works once. */
export const openConnectionMethod = method({
  tier: 'tier3',
  token: 'app',
  scopes: ['connections:write'],
  args: {},
  run: ({ baseUrl, openSocket }) => ({ url: `${baseUrl.replace('http', 'ws')}${openSocket()}` }),
})

/** Takes the token that called, or the bot's out of the workspace. */
export const revokeMethod = method({
  tier: 'tier3',
  scopes: [],
  args: { test: z.string().optional() },
  run({ revoked, identity }) {
    revoked.set(identity.botToken, 'token_revoked')
    return { revoked: true }
  },
})
