import { DiscordAPIError, HTTPError, RateLimitError } from 'discord.js'
import { ProviderError } from '../../core/errors.ts'
import { ChatError } from '../chat.ts'

/** Discord's numbers, by what they are called in its documentation. */
export const codes = {
  unknownChannel: 10003,
  unknownMessage: 10008,
  unknownInteraction: 10062,
  threadExists: 160_004,
  threadLocked: 160_005,
  tooManyThreads: 160_006,
  noHistory: 160_002,
  alreadyAcknowledged: 40060,
  entityTooLarge: 40005,
  missingAccess: 50001,
  closedDirect: 50007,
  missingPermissions: 50013,
  wrongChannelType: 50024,
  threadArchived: 50083,
} as const

const againWithNewTokenMs = 60_000
const againMs = 1_000

/** What Discord called the failure; `undefined` where it did not answer as Discord does. */
export function discordCode(error: unknown): number | undefined {
  const found = causeOf(error, DiscordAPIError)
  return found === undefined ? undefined : Number(found.code)
}

export function isRefusedToken(error: unknown): boolean {
  return causeOf(error, DiscordAPIError)?.status === 401
}

/** The limit of all routes, not that of one channel or message. */
export function isGlobalLimit(error: unknown): boolean {
  return causeOf(error, RateLimitError)?.global === true
}

/** Any failure of a call, as threads understand it. */
export function toChatError(error: unknown, doing: string): ChatError {
  if (error instanceof ChatError) return error
  const cause = new ProviderError({ provider: 'discord', operation: doing, retryable: true, cause: error })
  const fail = (failure: ChatError['failure'], retryAfterMs?: number) =>
    new ChatError(failure, cause.message, { cause, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) })
  if (error instanceof RateLimitError) return fail('later', waitOf(error))
  if (isRefusedToken(error)) return fail('later', againWithNewTokenMs)
  if (error instanceof HTTPError) return error.status === 413 ? fail('too-large') : fail('later', againMs)
  if (!(error instanceof DiscordAPIError)) return fail('later', againMs)
  if (error.code === codes.entityTooLarge || error.status === 413) return fail('too-large')
  return error.status >= 500 || error.status === 429 ? fail('later', againMs) : fail('gone')
}

export function waitOf({ timeToReset, retryAfter, sublimitTimeout }: RateLimitWait): number {
  return Math.max(0, ...[timeToReset, retryAfter, sublimitTimeout].filter(Number.isFinite))
}

type RateLimitWait = Pick<RateLimitError, 'timeToReset' | 'retryAfter' | 'sublimitTimeout'>

function causeOf<T extends Error>(error: unknown, kind: abstract new (...args: never[]) => T): T | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if (at instanceof kind) return at
  }
  return undefined
}
