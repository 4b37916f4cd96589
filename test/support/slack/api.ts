import { ApiError, violation } from './api-error.ts'
import type { Call, FailureKind } from './journal.ts'
import type { Method } from './methods/method.ts'
import { methods } from './methods/table.ts'
import type { Json } from './wire.ts'
import { checkShape, type Workspace } from './workspace.ts'

/** What goes back over HTTP; `lost` when the connection is to break instead, `hang` when nothing is to come. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Json
}

const reply = (body: Json, status = 200, headers: Readonly<Record<string, string>> = {}): Reply => ({
  status,
  headers,
  body,
})

/** An error that also says what kind of failure it was, so that tests can tell a throttled call from a bad one. */
const checkToken = ({ identity, revoked }: Workspace, method: Method, token: string): void => {
  if (token === '') throw violation('not_authed')
  const refusal = revoked.get(token)
  if (refusal !== undefined) throw new ApiError(refusal, false)
  if (token !== identity.botToken && token !== identity.appToken) throw violation('invalid_auth')
  if (token !== (method.token === 'app' ? identity.appToken : identity.botToken))
    throw violation('not_allowed_token_type')
}

const missingScope = ({ scopes }: Workspace, { scopes: sufficient, token }: Method): Json | undefined => {
  if (token === 'app' || sufficient.length === 0 || sufficient.some((scope) => scopes.has(scope))) return undefined
  return { ok: false, error: 'missing_scope', needed: sufficient.join(','), provided: [...scopes].join(',') }
}

/** Milliseconds the call has to wait, if it does. */
const throttle = ({ rates, limits }: Workspace, name: string, method: Method, args: Json): number | undefined => {
  if (method.perChannel) {
    const wait = rates.take(`${name} ${String(args.channel)}`, limits.channel)
    if (wait !== undefined) return wait
  }
  return rates.take(name, limits.rates[name] ?? limits.tiers[method.tier])
}

const tooMany = (waitMs: number): Reply =>
  reply({ ok: false, error: 'ratelimited' }, 429, { 'retry-after': String(Math.max(1, Math.ceil(waitMs / 1000))) })

const kindOf = (code: string): FailureKind => {
  if (code === 'invalid_arguments') return 'bad-arguments'
  return ['not_authed', 'invalid_auth', 'not_allowed_token_type'].includes(code) ? 'bad-token' : 'refused'
}

const refusalOf = ({ journal }: Workspace, name: string, error: unknown): Reply => {
  if (!(error instanceof ApiError)) throw error
  if (error.avoidable) journal.fail(kindOf(error.code), name, error.message)
  const { code, messages } = error
  return reply({ ok: false, error: code, ...(messages.length > 0 ? { response_metadata: { messages } } : {}) })
}

const perform = (workspace: Workspace, name: string, method: Method, args: Json, token: string): Reply => {
  const { journal } = workspace
  checkToken(workspace, method, token)
  const missing = missingScope(workspace, method)
  if (missing) {
    journal.fail('missing-scope', name, String(missing.needed))
    return reply(missing)
  }
  const wait = throttle(workspace, name, method, args)
  if (wait === undefined) return reply({ ok: true, ...method.call(workspace, args) })
  journal.fail('throttled', name, `wait ${Math.ceil(wait)} ms`)
  return tooMany(wait)
}

const answerTo = (workspace: Workspace, name: string, args: Json, token: string): Reply => {
  const method = methods.get(name)
  if (!method) {
    workspace.journal.fail('unknown-method', name, 'this Slack does not know it')
    return reply({ ok: false, error: 'unknown_method' })
  }
  try {
    return perform(workspace, name, method, args, token)
  } catch (error) {
    return refusalOf(workspace, name, error)
  }
}

/** One call: a fault that waits for it, or the method. `undefined` when no answer may come. */
export const callMethod = (workspace: Workspace, name: string, args: Json, token: string): Reply | 'hang' | 'lost' => {
  const { journal, faults, clock } = workspace
  const call: Call = { method: name, args, at: clock.now() }
  journal.calls.push(call)
  journal.changed()
  const armed = faults.take(name)
  const finish = (answer: Reply): Reply => {
    call.status = answer.status
    call.answer = answer.body
    journal.changed()
    return answer
  }
  if (armed?.fault === 'hang') return 'hang'
  if (armed?.fault === 429) return finish(tooMany(armed.retryAfter * 1000))
  if (typeof armed?.fault === 'number') return finish(reply({ error: 'internal' }, armed.fault))
  if (armed !== undefined && armed.fault !== 'lost-answer') return finish(reply({ ok: false, error: armed.fault }))
  const answer = finish(answerTo(workspace, name, args, token))
  if (answer.body.ok === true) checkShape(workspace, 'api', name, answer.body)
  return armed ? 'lost' : answer
}
