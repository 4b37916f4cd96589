import { gatewayUrl } from '../gateway/ready.ts'
import { ok, param, type Route, withBotToken, withPathToken } from '../http/route.ts'
import type { Json } from '../model.ts'
import { wireUser } from '../wire/people.ts'
import type { World } from '../world.ts'
import { botOf, userOf } from './lookup.ts'

/** The application as its owner sees it in the developer portal. */
const wireApplication = (world: World): Json => {
  const bot = botOf(world)
  return {
    id: world.identity.applicationId,
    name: bot.name,
    icon: null,
    description: '',
    type: null,
    bot: wireUser(bot),
    verify_key: world.identity.publicKey,
    flags: 0,
    flags_new: '0',
    redirect_uris: [],
    interactions_endpoint_url: null,
    role_connections_verification_url: null,
    owner: wireUser(bot),
    approximate_guild_count: world.state.guilds.size,
    approximate_user_install_count: 0,
    approximate_user_authorization_count: 0,
    explicit_content_filter: 0,
    team: null,
    eligible_oauth2_scopes: [],
    bot_public: false,
    bot_require_code_grant: false,
    integration_types_config: { 0: {} },
  }
}

const startLimit = { total: 1000, remaining: 1000, reset_after: 86_400_000, max_concurrency: 1 }

const application: Route['handle'] = (world) => ok(wireApplication(world))

export const identityRoutes: readonly Route[] = [
  withPathToken('get_gateway', 'GET /gateway', (world) => ok({ url: gatewayUrl(world) })),
  withBotToken('get_bot_gateway', 'GET /gateway/bot', (world) =>
    ok({ url: gatewayUrl(world), shards: 1, session_start_limit: startLimit }),
  ),
  withBotToken('get_my_application', 'GET /applications/@me', application),
  withBotToken('get_my_user', 'GET /users/@me', (world) =>
    ok({ ...wireUser(botOf(world)), mfa_enabled: true, locale: 'en-US', email: null, verified: true }),
  ),
  withBotToken('get_user', 'GET /users/{user_id}', (world, request) =>
    ok(wireUser(userOf(world, param(request, 'user_id')))),
  ),
]
