import { REST } from 'discord.js'
import type { z } from 'zod'
import { describeError } from '../../core/logger/describe-error.ts'
import type { Logger } from '../../core/logger/logger.ts'
import { isRefusedToken, toChatError, waitOf } from './failure.ts'

export interface ApiOptions {
  readonly botToken: string
  /** `https://discord.com/api`. */
  readonly apiUrl: string
  readonly logger: Logger
  /** One call; without an answer until then it counts as failed. */
  readonly timeoutMs?: number
  /** Of all routes together. Less than the 50 that Discord allows a bot, because its gateway's side calls as well. */
  readonly requestsPerSecond?: number
}

/** Discord's HTTP API with RAI's failures, and with the bot's own token: nothing here knows an interaction. */
export interface Api {
  /** One call, whose answer has to fit `schema`. Rejects with a `ChatError`. */
  call<T>(doing: string, schema: z.ZodType<T>, work: (rest: REST) => Promise<unknown>): Promise<T>
}

const defaultTimeoutMs = 20_000
const defaultRequestsPerSecond = 40
/** Shorter waits are kept in the line of their bucket, or in everybody's; longer ones are for who decides. */
const longestWaitMs = 10_000

export function createApi({ botToken, apiUrl, logger, ...options }: ApiOptions): Api {
  const { timeoutMs = defaultTimeoutMs, requestsPerSecond = defaultRequestsPerSecond } = options
  const rest = new REST({
    api: apiUrl,
    timeout: timeoutMs,
    // A post that is silently tried again may appear twice: who calls decides, and asks first what got through.
    retries: 0,
    globalRequestsPerSecond: requestsPerSecond,
    rejectOnRateLimit: (limit) => waitOf(limit) > longestWaitMs,
  })
  let refused = false

  function noteRefusal(error: unknown): void {
    if (!isRefusedToken(error) || refused) return
    refused = true
    logger.error({ err: describeError(error) }, brokenInstallation)
  }

  return {
    async call(doing, schema, work) {
      try {
        // It forgets a token that was refused once, and somebody may have made the bot valid again.
        const answer = await work(rest.setToken(botToken))
        refused = false
        return schema.parse(answer)
      } catch (error) {
        noteRefusal(error)
        throw toChatError(error, doing)
      }
    },
  }
}

const brokenInstallation =
  'Discord refuses discord.bot_token, so RAI cannot post there. Reset the token in the developer portal ' +
  '(docs/discord.md), put the new one into the configuration and restart; threads then go on where they are.'
