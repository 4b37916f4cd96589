import { webApi } from '@slack/bolt'
import { describeError } from '../../core/logger/describe-error.ts'
import type { Logger } from '../../core/logger/logger.ts'
import { isRefusedToken, slackCode, toChatError } from './failure.ts'
import { boltLogger } from './logger.ts'

export interface ApiOptions {
  readonly botToken: string
  /** Ends in a slash: `https://slack.com/api/`. */
  readonly apiUrl: string
  readonly logger: Logger
  /** One call; without an answer until then it counts as failed. */
  readonly timeoutMs?: number
}

type Client = webApi.WebClient

/** Slack's Web API with RAI's failures. */
export interface Api {
  /** One call. Rejects with a `ChatError`; a token that Slack refuses is also said once in the logs, clearly. */
  call<T>(doing: string, work: (client: Client) => Promise<T>): Promise<T>
  readonly client: Client
}

const defaultTimeoutMs = 20_000

export function clientOptionsOf({ apiUrl, logger, timeoutMs = defaultTimeoutMs }: Omit<ApiOptions, 'botToken'>) {
  return {
    slackApiUrl: apiUrl,
    timeout: timeoutMs,
    logger: boltLogger(logger),
    // A post that is silently tried again appears twice: who calls decides, and asks first what got through.
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
  }
}

export function createApi({ botToken, ...options }: ApiOptions): Api {
  const client = new webApi.WebClient(botToken, clientOptionsOf(options))
  const { logger } = options
  let refused = false

  function noteRefusal(error: unknown): void {
    if (!isRefusedToken(error) || refused) return
    refused = true
    logger.error({ code: slackCode(error), err: describeError(error) }, brokenInstallation)
  }

  return {
    client,
    async call(doing, work) {
      try {
        const answer = await work(client)
        refused = false
        return answer
      } catch (error) {
        noteRefusal(error)
        throw toChatError(error, doing)
      }
    },
  }
}

const brokenInstallation =
  'Slack refuses slack.bot_token, so RAI cannot post there. Install the app again (docs/slack.md), put the new token ' +
  'into the configuration and restart; threads then go on where they are.'
