import { type ClientOptions, Routes } from 'discord.js'
import { z } from 'zod'
import type { VerifyCredentials } from '../../core/directory/credentials.ts'
import { ConfigError } from '../../core/errors.ts'
import { describeError } from '../../core/logger/describe-error.ts'
import type { Logger } from '../../core/logger/logger.ts'
import type { Account, Identity } from '../../core/records/people.ts'
import type { SourceOptions } from '../../core/source/source.ts'
import { createCache } from '../cache.ts'
import type { Chat } from '../chat.ts'
import { type ChatRole, createRefreshRoles } from '../chat-roles.ts'
import type { CommandContext } from '../commands/request.ts'
import type { FindPerson } from '../delivery/options.ts'
import { createSignIn, type Found } from '../sign-in.ts'
import { type MailTo, welcomeMail } from '../welcome.ts'
import { type Api, createApi } from './api.ts'
import { createOpenAttachment } from './attachment.ts'
import { createDiscordBudgets, type DiscordBudgets } from './budgets.ts'
import { createDiscordChat } from './chat.ts'
import { createTellClosed } from './closed.ts'
import { stayConnected } from './connection.ts'
import { createDesk } from './desk.ts'
import { createDirect } from './direct.ts'
import { isRefusedToken } from './failure.ts'
import { listenToInteractions } from './interactions.ts'
import { createMembers } from './members.ts'
import { listenToMessages } from './messages.ts'
import { registerCommands } from './registration.ts'
import { createFindPerson, tellSignedIn } from './reveal-to.ts'

export interface DiscordOptions {
  readonly botToken: string
  /** `https://discord.com/api`, without a version. */
  readonly apiUrl: string
  /** Without it, the one the token belongs to. */
  readonly applicationId?: string | undefined
  /** The only server that is served, and that shows the commands; without it, all of them. */
  readonly guild?: string | undefined
  /** Names or ids of the channels where submissions are taken; empty: wherever the bot may write. */
  readonly accepted: readonly string[]
  readonly logger: Logger
  /** What may be called how often, where a test says otherwise. */
  readonly budgets?: DiscordBudgets
  /** Where something other than Discord's own API allows more or less. */
  readonly requestsPerSecond?: number
  /** For tests. */
  readonly client?: Partial<ClientOptions>
}

export interface Serving {
  readonly context: CommandContext
  readonly verify?: VerifyCredentials
  /** For what a direct message does not reach. */
  readonly mail?: MailTo | undefined
  /** Roles by those of the server. */
  readonly roles?: readonly ChatRole[]
  /** Everybody whom a roster knows by this user's id. */
  readonly byDiscordUser?: (user: string) => Promise<readonly Account[]>
  /** Called whenever events come in. */
  readonly onReady?: () => void
}

/** One bot in all its servers: what threads are posted through, and what people say and press there. */
export interface Discord {
  readonly chat: Chat
  readonly budgets: DiscordBudgets
  readonly openAttachment: NonNullable<SourceOptions['openAttachment']>
  readonly findPerson: FindPerson
  /** Makes Discord show the commands. Doing it again changes nothing. Rejects with a `ChatError`. */
  register(): Promise<void>
  /** Registers, then answers people until `signal` aborts, then finishes what it began. */
  serve(serving: Serving, signal: AbortSignal): Promise<void>
}

const knownSizes = { entries: 2_000, ms: 24 * 60 * 60_000 }

/** Asks Discord whose token this is. Rejects with a `ConfigError` when it is nobody's, or another application's. */
export async function openDiscord(options: DiscordOptions): Promise<Discord> {
  const { apiUrl, logger, guild, accepted, budgets = createDiscordBudgets() } = options
  const api = createApi(options)
  const { applicationId, botUserId } = await whoAmI(options, api)
  const direct = createDirect(api)
  const fileBytes = createCache<number>(knownSizes)
  const shared = { api, direct, workspace: applicationId, botUserId }
  const register = () => registerCommands({ api, applicationId, guild })

  return {
    chat: createDiscordChat({ ...shared, logger, fileBytesOf: fileBytes.get, now: Date.now }),
    budgets,
    openAttachment: createOpenAttachment({ api, apiUrl }),
    findPerson: createFindPerson(api),
    register,
    async serve({ context, verify, byDiscordUser, mail, roles = [], onReady }, signal) {
      const { directory, records, courses } = context
      const members = createMembers({ api, guild, byDiscordUser })
      const tell = async ({ user }: Identity, found: Found) => {
        await tellSignedIn(shared, logger, user, found)
        await mail?.(found.account, welcomeMail(found, 'Discord')).catch((error: unknown) =>
          logger.warn({ user, err: describeError(error) }, 'could not welcome by mail'),
        )
      }
      const groups = { mapped: records.people.mapped, courses, logger, roles, groupsOf: members.rolesOf }
      const signIn = createSignIn({
        ...{ directory, people: records.people, audit: records.audit, logger, verify, tell },
        find: members.find,
        refreshRoles: createRefreshRoles(groups),
      })
      const desk = createDesk({ ...shared, guild, accepted, context, signIn, noteFileBytes: fileBytes.set })
      const tellClosed = createTellClosed(desk, mail)
      direct.onClosed((user) => desk.start('say that direct messages are closed', () => tellClosed(user)))
      // People can still be answered by what was registered before.
      await register().catch((error) => logger.error({ err: describeError(error) }, 'could not register the commands'))
      const attach = (client: Parameters<typeof listenToMessages>[0]) => {
        listenToInteractions(client, desk)
        listenToMessages(client, desk)
      }
      try {
        await stayConnected({ ...options, attach, idle: desk.idle }, signal, onReady)
      } finally {
        for (const budget of Object.values(budgets)) budget.close()
      }
    },
  }
}

const application = z.object({ id: z.string(), bot: z.object({ id: z.string() }).optional() })

async function whoAmI({ applicationId }: DiscordOptions, api: Api) {
  const { id, bot } = await api
    .call('ask who it is', application, (rest) => rest.get(Routes.currentApplication()))
    .catch((error) => {
      if (!isRefusedToken(error)) throw error
      const problem = 'Discord refuses it. Reset the token in the developer portal; docs/discord.md shows where.'
      throw new ConfigError([{ key: 'discord.bot_token', problem }])
    })
  if (applicationId !== undefined && applicationId !== id) {
    const problem = `is ${applicationId}, but discord.bot_token belongs to the application ${id}. Correct one of them.`
    throw new ConfigError([{ key: 'discord.application_id', problem }])
  }
  return { applicationId: id, botUserId: bot?.id ?? id }
}
