import { App, LogLevel } from '@slack/bolt'
import type { SlackStandIn } from '../../support/slack/stand-in.ts'

/** A real Bolt app in Socket Mode, pointed at the stand-in. */
export const socketApp = (slack: SlackStandIn): App =>
  new App({
    token: slack.botToken,
    appToken: slack.appToken,
    socketMode: true,
    logLevel: LogLevel.ERROR,
    clientOptions: { slackApiUrl: slack.apiUrl },
    ignoreSelf: true,
  })

/** One call of the Web API without any library, for what Bolt would never do. */
export const callDirectly = async (
  slack: SlackStandIn,
  method: string,
  token: string,
  args: Readonly<Record<string, string>> = {},
): Promise<unknown> => {
  const headers = { authorization: `Bearer ${token}` }
  const response = await fetch(`${slack.apiUrl}${method}`, { method: 'POST', headers, body: new URLSearchParams(args) })
  return response.json()
}
