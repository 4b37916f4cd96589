import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { Client, type ClientOptions, Events, GatewayCloseCodes, GatewayIntentBits, Options, Partials } from 'discord.js'
import { describeError } from '../../core/logger/describe-error.ts'
import type { Logger } from '../../core/logger/logger.ts'

/** None of them is privileged: Discord shows a bot what mentions it and what is said to it alone. */
const intents = [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.DirectMessages]

export interface ConnectionOptions {
  readonly botToken: string
  readonly apiUrl: string
  readonly logger: Logger
  /** Adds the listeners to each client there is. */
  readonly attach: (client: Client) => void
  /** Resolves when what was begun is answered. */
  readonly idle: () => Promise<void>
  /** For tests. */
  readonly client?: Partial<ClientOptions>
}

const firstPauseMs = 1_000
const longestPauseMs = 60_000
/** A connection that stood for so long was a good one. */
const steadyMs = 30_000

/** Receives until `signal` aborts. discord.js resumes by itself; what it gives up on is begun anew, more slowly each time. */
export async function stayConnected(
  options: ConnectionOptions,
  signal: AbortSignal,
  onReady?: () => void,
): Promise<void> {
  let pauseMs = 0
  while (!signal.aborted) {
    const startedAt = performance.now()
    await oneConnection(options, signal, onReady)
    if (signal.aborted) break
    pauseMs = performance.now() - startedAt > steadyMs ? 0 : Math.min(longestPauseMs, pauseMs * 2 || firstPauseMs)
    await delay(pauseMs, undefined, { signal }).catch(() => undefined)
  }
}

async function oneConnection(options: ConnectionOptions, signal: AbortSignal, onReady?: () => void): Promise<void> {
  const { logger, botToken, attach, idle } = options
  const client = createClient(options)
  const ended = lossOf(client, logger)
  const aborted = once(signal, 'abort').then(() => undefined)
  if (onReady !== undefined) client.once(Events.ClientReady, onReady)
  attach(client)
  try {
    await Promise.race([client.login(botToken), ended, aborted])
    await Promise.race([ended, aborted])
  } catch (error) {
    logger.warn({ err: describeError(error) }, 'cannot connect to Discord; trying again')
  } finally {
    client.removeAllListeners(Events.InteractionCreate)
    client.removeAllListeners(Events.MessageCreate)
    await idle()
    await client.destroy().catch(() => undefined)
  }
}

function createClient({ apiUrl, client }: ConnectionOptions): Client {
  return new Client({
    intents,
    // Direct messages come from channels that it has not seen before.
    partials: [Partials.Channel],
    rest: { api: apiUrl },
    allowedMentions: { parse: [] },
    makeCache: Options.cacheWithLimits({
      ...Options.DefaultMakeCacheSettings,
      ...{ MessageManager: 0, ReactionManager: 0, PresenceManager: 0, UserManager: 1_000 },
      GuildMemberManager: { maxSize: 200, keepOverLimit: ({ id, client: own }) => id === own.user?.id },
    }),
    ...client,
  })
}

/** Resolves when discord.js will not connect again by itself. */
function lossOf(client: Client, logger: Logger): Promise<void> {
  return new Promise((resolve) => {
    client.on(Events.Error, (error) => logger.warn({ err: describeError(error) }, 'the connection to Discord failed'))
    client.on(Events.ShardError, (error) =>
      logger.debug({ err: describeError(error) }, 'a connection to Discord broke'),
    )
    client.on(Events.ShardDisconnect, ({ code }) => {
      logger.error({ code }, sentenceFor(code))
      resolve()
    })
    client.on(Events.Invalidated, resolve)
  })
}

function sentenceFor(code: number): string {
  if (code === GatewayCloseCodes.AuthenticationFailed) {
    return 'Discord refuses discord.bot_token. Reset it in the developer portal (docs/discord.md) and put the new one into the configuration'
  }
  if (code === GatewayCloseCodes.DisallowedIntents) {
    return 'Discord does not allow RAI’s intents. It asks for no privileged one, so the application itself is restricted: look into the developer portal'
  }
  return 'Discord ended the connection for good; beginning anew'
}
