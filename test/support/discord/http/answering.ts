import { ApiError, circumstance } from '../api-error.ts'
import type { ArmedFault } from '../faults.ts'
import type { Call } from '../journal.ts'
import type { Json } from '../model.ts'
import type { Standing } from '../rates.ts'
import type { World } from '../world.ts'
import type { Answer, ApiRequest } from './route.ts'
import { type Match, majorOf } from './router.ts'

/** What goes back over HTTP. */
export interface Reply extends Answer {
  readonly headers: Readonly<Record<string, string>>
}

const seconds = (ms: number): string => (ms / 1000).toFixed(3)

const bucketHeaders = ({ limit, remaining, resetAt, resetAfterMs, bucket }: Standing) => ({
  'X-RateLimit-Limit': String(limit),
  'X-RateLimit-Remaining': String(remaining),
  'X-RateLimit-Reset': seconds(resetAt),
  'X-RateLimit-Reset-After': seconds(resetAfterMs),
  'X-RateLimit-Bucket': bucket,
})

/** 429, as the platform says it in headers and body. */
const tooMany = (waitMs: number, scope: string, more: Json = {}): Reply => {
  const global = scope === 'global'
  return {
    status: 429,
    headers: {
      'Retry-After': String(Math.ceil(waitMs / 1000)),
      'X-RateLimit-Scope': scope,
      ...(global ? { 'X-RateLimit-Global': 'true' } : {}),
      Via: '1.1 google',
    },
    body: { message: 'You are being rate limited.', code: 0, retry_after: waitMs / 1000, global, ...more },
  }
}

const errorReply = ({ status, code, message, errors, waitMs }: ApiError): Reply => {
  if (waitMs !== undefined) return tooMany(waitMs, 'shared', { code, message })
  return { status, headers: {}, body: { message, code, ...(errors ? { errors } : {}) } }
}

const faultReply = ({ fault, retryAfter = 1, scope = 'shared' }: ArmedFault): Reply | undefined => {
  if (fault === 429) return tooMany(retryAfter * 1000, scope)
  if (typeof fault === 'number') return { status: fault, headers: {}, body: { message: `${fault}: armed`, code: 0 } }
  if (typeof fault === 'object')
    return { status: fault.status, headers: {}, body: { code: fault.code, message: fault.message ?? 'armed' } }
  return undefined
}

const unauthorized = () => circumstance(401, 0, '401: Unauthorized')

const perform = (world: World, { route, params }: Match, request: ApiRequest, authorization: string): Answer => {
  const { identity, portal, specification, journal } = world
  if (route.auth === 'bot' && (authorization !== `Bot ${identity.botToken}` || !portal.token)) throw unauthorized()
  const wrong = specification.checkRequest(route.operation, request.query, request.body)
  if (wrong !== undefined) journal.fail('request', route.operation, wrong)
  return route.handle(world, { ...request, params })
}

const refusalOf = ({ journal }: World, operation: string, error: unknown): Reply => {
  if (!(error instanceof ApiError)) throw error
  const { avoidable, code, message, errors } = error
  if (avoidable) journal.fail('refused', operation, `${code} ${message} ${errors ? JSON.stringify(errors) : ''}`.trim())
  return errorReply(error)
}

const attempt = (world: World, match: Match, request: ApiRequest, authorization: string): Reply => {
  const { operation } = match.route
  try {
    return { headers: {}, ...perform(world, match, request, authorization) }
  } catch (error) {
    return refusalOf(world, operation, error)
  }
}

const checkAnswer = ({ specification, journal }: World, operation: string, { status, body }: Reply): void => {
  const wrong = specification.checkAnswer(operation, status, body)
  if (wrong !== undefined) journal.fail('answer', operation, `${status}: ${wrong}`)
}

/** One request: a fault that waits for it, its rate limit, or the operation. */
export const answer = (
  world: World,
  match: Match,
  request: ApiRequest,
  call: Call,
  authorization: string,
): Reply | 'hang' | 'lost' => {
  const { operation } = match.route
  const armed = world.faults.take(operation, match.params)
  const fault = armed && faultReply(armed)
  if (fault) return fault
  if (armed?.fault === 'hang') return 'hang'
  const standing = world.rates.take(operation, majorOf(match.params))
  if (standing.exceeded) {
    call.throttled = true
    const reply = tooMany(standing.resetAfterMs, standing.exceeded)
    return { ...reply, headers: { ...bucketHeaders(standing), ...reply.headers } }
  }
  const reply = attempt(world, match, request, authorization)
  checkAnswer(world, operation, reply)
  if (armed) return 'lost'
  return { ...reply, headers: { ...bucketHeaders(standing), ...reply.headers } }
}
