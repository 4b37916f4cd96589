import type { Config } from '../../core/config/schema.ts'
import type { Reach } from '../../core/enrolment/channel.ts'

/** The chats whose bot is configured, wherever it runs. */
export function reachOf({ slack, discord }: Config): Reach {
  return { slack: slack.bot_token !== undefined, discord: discord.bot_token !== undefined }
}
