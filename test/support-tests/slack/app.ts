import { App, HTTPReceiver, type Logger, LogLevel, SocketModeReceiver, webApi } from '@slack/bolt'
import type { SlackStandIn } from '../../support/slack/stand-in.ts'

const nothing = (): void => {}
/** These tests provoke every error there is. */
const logger: Logger = {
  ...{ debug: nothing, info: nothing, warn: nothing, error: nothing, setLevel: nothing, setName: nothing },
  getLevel: () => LogLevel.ERROR,
}
const clientOptionsOf = ({ apiUrl }: SlackStandIn) => ({ slackApiUrl: apiUrl, logger })

/** A real Bolt app in Socket Mode, pointed at the stand-in. */
export const socketApp = (slack: SlackStandIn): App =>
  new App({
    token: slack.botToken,
    appToken: slack.appToken,
    socketMode: true,
    logger,
    clientOptions: clientOptionsOf(slack),
  })

/** The same, but quick to come back: it waits for this time, instead of 5 s, before it connects again. */
export const eagerApp = (slack: SlackStandIn, clientPingTimeout: number): App => {
  const installerOptions = { clientOptions: clientOptionsOf(slack) }
  const receiver = new SocketModeReceiver({ appToken: slack.appToken, clientPingTimeout, logger, installerOptions })
  return new App({ token: slack.botToken, receiver, logger, clientOptions: clientOptionsOf(slack) })
}

/** A real Bolt app behind signed HTTP; resolves with its Request URL. */
export const httpApp = async (slack: SlackStandIn): Promise<{ app: App; url: string }> => {
  const receiver = new HTTPReceiver({ signingSecret: slack.signingSecret, logger })
  const app = new App({ token: slack.botToken, receiver, logger, clientOptions: clientOptionsOf(slack) })
  const server = await receiver.start({ host: '127.0.0.1', port: 0 })
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return { app, url: `http://127.0.0.1:${port}/slack/events` }
}

/** Bolt's client alone, which says what it is told at once instead of trying for half an hour. */
export const clientOf = (slack: SlackStandIn, token = slack.botToken): webApi.WebClient =>
  new webApi.WebClient(token, {
    ...clientOptionsOf(slack),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
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
