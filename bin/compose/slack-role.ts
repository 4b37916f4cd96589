import type { Transport } from '../../bots/slack/connection.ts'
import { openSlack } from '../../bots/slack/slack.ts'
import type { Config } from '../../core/config/schema.ts'
import { ConfigError } from '../../core/errors.ts'
import { createBotRole } from './bot-role.ts'
import { chooseVerifier } from './choose-verifier.ts'
import type { Deployment } from './deployment.ts'
import { createPlainMail } from './plain-mail.ts'
import { runTogether } from './run-together.ts'

/** The Slack workspace that is configured, until `signal` aborts. Rejects with a `ConfigError` for what is missing. */
export async function runSlackRole(deployment: Deployment, signal: AbortSignal): Promise<void> {
  const { config, records, log } = deployment
  const { slack } = config
  const bot = await openSlack({
    botToken: required(slack.bot_token, 'bot_token'),
    transport: transportOf(config),
    apiUrl: slack.api_url.endsWith('/') ? slack.api_url : `${slack.api_url}/`,
    workspace: slack.workspace,
    accepted: slack.channels,
    logger: log,
  })
  const { chat, budgets, openAttachment, findPerson } = bot
  const role = await createBotRole(deployment, {
    ...{ chat, budgets, openAttachment, findPerson },
    staffChannel: slack.staff_channel,
  })
  const verify = chooseVerifier(deployment)
  const serving = {
    context: role.context,
    verify,
    mail: createPlainMail(config),
    roles: slack.roles,
    bySlackUser: (user: string) => records.enrolment.byPlatformId('slack', user),
    ...(slack.sign_in_by_email ? { byEmail: records.enrolment.byEmail } : {}),
    onReady: (url?: string) => log.info({ workspace: chat.workspace, url }, 'RAI listens in Slack'),
  }
  await runTogether(signal, [role.run, (ending) => bot.serve(serving, ending)])
}

function transportOf({ slack }: Config): Transport {
  if (slack.events === 'socket') return { kind: 'socket', appToken: required(slack.app_token, 'app_token') }
  const signingSecret = required(slack.signing_secret, 'signing_secret')
  return { kind: 'http', signingSecret, host: slack.events_host, port: slack.events_port }
}

function required(value: string | undefined, key: string): string {
  if (value !== undefined) return value
  const problem = 'is missing, and Slack needs it. docs/slack.md shows where it comes from.'
  throw new ConfigError([{ key: `slack.${key}`, problem }])
}
