import { setTimeout as delay } from 'node:timers/promises'
import type { VerifyCredentials } from '../../core/directory/credentials.ts'
import { ConfigError } from '../../core/errors.ts'
import { describeError } from '../../core/logger/describe-error.ts'
import type { Logger } from '../../core/logger/logger.ts'
import type { Account, Identity } from '../../core/records/people.ts'
import type { SourceOptions } from '../../core/source/source.ts'
import type { Chat } from '../chat.ts'
import { type ChatRole, createRefreshRoles } from '../chat-roles.ts'
import type { CommandContext } from '../commands/request.ts'
import type { FindPerson } from '../delivery/options.ts'
import { createSignIn, type Found } from '../sign-in.ts'
import { type MailTo, welcomeCard, welcomeMail } from '../welcome.ts'
import { tellDirectly } from './answers.ts'
import { createApi } from './api.ts'
import { createOpenAttachment } from './attachment.ts'
import { createSlackBudgets, type SlackBudgets } from './budgets.ts'
import { createChannels } from './channels.ts'
import { createSlackChat } from './chat.ts'
import { createConnection, type Transport } from './connection.ts'
import { createDesk } from './desk.ts'
import { isRefusedToken, slackCode } from './failure.ts'
import { listenToForms } from './forms.ts'
import { listenToHome } from './home.ts'
import { createMembers } from './members.ts'
import { listenToMessages } from './mentions.ts'
import { listenToPresses } from './presses.ts'
import { createFindPerson } from './reveal-to.ts'
import { listenToShortcuts } from './shortcuts.ts'
import { listenToCommands } from './slash.ts'

export interface SlackOptions {
  readonly botToken: string
  readonly transport: Transport
  readonly apiUrl: string
  /** The team this bot serves; without it, the one the token belongs to. */
  readonly workspace?: string | undefined
  /** Names or ids of the channels where submissions are taken; empty: wherever the bot was invited. */
  readonly accepted: readonly string[]
  readonly logger: Logger
  /** What may be called how often, where a test says otherwise. */
  readonly budgets?: SlackBudgets
}

export interface Serving {
  readonly context: CommandContext
  /** Everybody in a roster with such an address. */
  readonly byEmail?: (emails: readonly string[]) => Promise<readonly Account[]>
  /** Everybody whom a roster knows by this member's id. */
  readonly bySlackUser?: (user: string) => Promise<readonly Account[]>
  readonly verify?: VerifyCredentials
  /** For what a direct message alone would not reach. */
  readonly mail?: MailTo | undefined
  /** Roles by user groups. */
  readonly roles?: readonly ChatRole[]
  /** Called whenever events come in; with signed HTTP, with the address they come to. */
  readonly onReady?: (url?: string) => void
}

/** One workspace: what threads are posted through, and what people say and press there. */
export interface Slack {
  readonly chat: Chat
  readonly budgets: SlackBudgets
  readonly openAttachment: NonNullable<SourceOptions['openAttachment']>
  readonly findPerson: FindPerson
  /** Answers people until `signal` aborts, then finishes what it began. Rejects where Slack will never let us in. */
  serve(serving: Serving, signal: AbortSignal): Promise<void>
}

/** What waits for its turn to be answered when the process ends is not worth more. */
const longestGoodbyeMs = 5_000

/** Asks Slack whose token this is. Rejects with a `ConfigError` when it is nobody's, or another workspace's. */
export async function openSlack(options: SlackOptions): Promise<Slack> {
  const { botToken, apiUrl, logger, accepted, budgets = createSlackBudgets() } = options
  const api = createApi({ botToken, apiUrl, logger })
  const { workspace, botUserId, botId } = await whoAmI(options, api.client)
  const channels = createChannels(api)
  const shared = { api, channels, budgets, workspace, botUserId }

  return {
    chat: createSlackChat(shared),
    budgets,
    openAttachment: createOpenAttachment({ api, apiUrl, botToken }),
    findPerson: createFindPerson(api, workspace),
    async serve({ context, byEmail, bySlackUser, verify, mail, roles = [], onReady }, signal) {
      const { directory, records, courses } = context
      const members = createMembers({ api, workspace, byEmail, byUser: bySlackUser })
      const tell = (identity: Identity, found: Found) => tellBoth({ shared, logger, mail }, identity.user, found)
      const groups = { mapped: records.people.mapped, courses, logger, roles, groupsOf: members.groupsOf }
      const signIn = createSignIn({
        ...{ directory, people: records.people, audit: records.audit, logger, verify, tell },
        find: members.find,
        refreshRoles: createRefreshRoles(groups),
      })
      const desk = createDesk({ ...shared, accepted, context, signIn })
      const { app, run } = createConnection({ ...options, botId, botUserId })
      const listeners = [listenToCommands, listenToMessages, listenToPresses]
      for (const listen of [...listeners, listenToForms, listenToShortcuts, listenToHome]) listen(app, desk)
      try {
        await run(signal, onReady)
      } finally {
        await Promise.race([desk.idle(), delay(longestGoodbyeMs, undefined, { ref: false })])
        for (const budget of Object.values(budgets)) budget.close()
      }
    },
  }
}

async function whoAmI({ workspace }: SlackOptions, client: ReturnType<typeof createApi>['client']) {
  const {
    team_id = '',
    user_id = '',
    bot_id = '',
  } = await client.auth.test().catch((error) => {
    if (!isRefusedToken(error)) throw error
    const problem = `Slack refuses it (${slackCode(error)}). Copy the bot token again from the app's page; docs/slack.md shows where.`
    throw new ConfigError([{ key: 'slack.bot_token', problem }])
  })
  if (workspace !== undefined && workspace !== team_id) {
    const problem = `is ${workspace}, but slack.bot_token belongs to the workspace ${team_id}. Correct one of them.`
    throw new ConfigError([{ key: 'slack.workspace', problem }])
  }
  return { workspace: team_id, botUserId: user_id, botId: bot_id }
}

interface Telling {
  readonly shared: Parameters<typeof tellDirectly>[0]
  readonly logger: Logger
  readonly mail: MailTo | undefined
}

/** Whoever was signed in, in Slack, and whose account it is, by mail: they may be two. */
async function tellBoth({ shared, logger, mail }: Telling, user: string, found: Found): Promise<void> {
  const ways = [
    tellDirectly(shared, user, welcomeCard(found)),
    mail?.(found.account, welcomeMail(found, 'your course’s Slack')),
  ]
  for (const outcome of await Promise.allSettled(ways)) {
    if (outcome.status === 'rejected') logger.warn({ user, err: describeError(outcome.reason) }, 'could not welcome')
  }
}
