import { type Discord, openDiscord } from '../../bots/discord/discord.ts'
import type { Config } from '../../core/config/schema.ts'
import { ConfigError } from '../../core/errors.ts'
import type { Logger } from '../../core/logger/logger.ts'
import { createBotRole } from './bot-role.ts'
import { chooseVerifier } from './choose-verifier.ts'
import type { Deployment } from './deployment.ts'
import { createPlainMail } from './plain-mail.ts'
import { runTogether } from './run-together.ts'

/** The bot that is configured. Rejects with a `ConfigError` for what is missing or does not fit together. */
export function openConfiguredDiscord({ discord }: Config, logger: Logger): Promise<Discord> {
  const { bot_token: botToken, api_url: apiUrl, application_id: applicationId, guild, channels: accepted } = discord
  if (botToken === undefined) {
    const problem = 'is missing, and Discord needs it. docs/discord.md shows where it comes from.'
    throw new ConfigError([{ key: 'discord.bot_token', problem }])
  }
  return openDiscord({ botToken, apiUrl: apiUrl.replace(/\/+$/, ''), applicationId, guild, accepted, logger })
}

/** Everything RAI does in Discord, until `signal` aborts. */
export async function runDiscordRole(deployment: Deployment, signal: AbortSignal): Promise<void> {
  const { config, records, log } = deployment
  const bot = await openConfiguredDiscord(config, log)
  const { chat, budgets, openAttachment, findPerson } = bot
  const role = await createBotRole(deployment, {
    ...{ chat, budgets, openAttachment, findPerson },
    staffChannel: config.discord.staff_channel,
  })
  const verify = chooseVerifier(deployment)
  const onReady = () => log.info({ application: chat.workspace }, 'RAI listens in Discord')
  const serving = {
    context: role.context,
    verify,
    mail: createPlainMail(config),
    roles: config.discord.roles,
    byDiscordUser: (user: string) => records.enrolment.byPlatformId('discord', user),
    onReady,
  }
  await runTogether(signal, [role.run, (ending) => bot.serve(serving, ending)])
}
