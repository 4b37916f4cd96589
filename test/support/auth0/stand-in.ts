import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { z } from 'zod'

/** A user as the Management API gives them. */
export interface StandInUser {
  readonly user_id: string
  readonly username?: string
  readonly email?: string
  readonly created_at: string
  readonly blocked?: boolean
  readonly user_metadata?: Record<string, string>
  readonly app_metadata?: Record<string, string>
}

/** The parts of Auth0 that are used: tokens for clients, and the search for users, with their limits. */
export interface Auth0StandIn {
  readonly url: string
  readonly clientId: string
  readonly clientSecret: string
  readonly users: StandInUser[]
  /** What the next tokens allow. */
  scope: string
  /** Requests that the current window still allows; the window ends `windowMs` after the first. */
  limit: { left: number; readonly windowMs: number } | undefined
  /** Answers with this status instead. */
  down: number | undefined
  readonly requests: string[]
  /** Ends all tokens that were given. */
  revoke(): void
  close(): Promise<void>
}

export const connection = 'Username-Password-Authentication'
const grantSchema = z.object({
  grant_type: z.literal('client_credentials'),
  client_id: z.string(),
  client_secret: z.string(),
  audience: z.string(),
})
const querySchema = z.object({
  q: z.string(),
  search_engine: z.literal('v3'),
  include_totals: z.literal('true'),
  sort: z.literal('created_at:1'),
  page: z.coerce.number().int().min(0),
  per_page: z.coerce.number().int().min(1).max(100),
})

export async function startAuth0(): Promise<Auth0StandIn> {
  const tokens = new Map<string, string>()
  const server = createServer((request, response) => void answer(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const standIn: Auth0StandIn = {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    clientId: 'client',
    clientSecret: `secret-${randomBytes(8).toString('hex')}`,
    users: [],
    scope: 'read:users',
    limit: undefined,
    down: undefined,
    requests: [],
    revoke: () => tokens.clear(),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  let windowEnds = 0

  /** Seconds since the epoch at which the window ends, where it allows no more. */
  function limited(): number | undefined {
    const { limit } = standIn
    if (limit === undefined) return undefined
    if (windowEnds === 0) windowEnds = Date.now() + limit.windowMs
    if (Date.now() >= windowEnds) {
      standIn.limit = undefined
      return undefined
    }
    limit.left -= 1
    return limit.left < 0 ? Math.ceil(windowEnds / 1000) : undefined
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reply = (status: number, body: object, headers: Record<string, string> = {}) =>
      void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
    const body = await text(request)
    const url = new URL(request.url ?? '/', standIn.url)
    standIn.requests.push(`${request.method} ${url.pathname} ${url.searchParams.get('page') ?? ''}`.trim())
    if (standIn.down !== undefined) return reply(standIn.down, {})
    if (url.pathname === '/oauth/token') return reply(...grant(body))
    const reset = limited()
    if (reset !== undefined) {
      const headers = { 'x-ratelimit-limit': '2', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) }
      return reply(
        429,
        { statusCode: 429, error: 'Too Many Requests', message: 'Global limit has been reached' },
        headers,
      )
    }
    const scope = tokens.get(request.headers.authorization?.replace(/^Bearer /, '') ?? '')
    if (scope === undefined) return reply(401, { statusCode: 401, message: 'Invalid token' })
    if (!scope.split(' ').includes('read:users')) {
      return reply(403, { statusCode: 403, message: 'Insufficient scope, expected any of: read:users' })
    }
    if (url.pathname !== '/api/v2/users') return reply(404, { statusCode: 404, message: 'Not found' })
    reply(...search(url.searchParams))
  }

  function grant(body: string): [number, object] {
    const { data } = grantSchema.safeParse(JSON.parse(body))
    const fits = data?.client_id === standIn.clientId && data.client_secret === standIn.clientSecret
    if (!fits) return [401, { error: 'access_denied', error_description: 'Unauthorized' }]
    if (data.audience !== `${standIn.url}/api/v2/`)
      return [403, { error_description: 'Service not enabled within domain' }]
    const token = randomBytes(16).toString('hex')
    tokens.set(token, standIn.scope)
    return [200, { access_token: token, expires_in: 86_400, token_type: 'Bearer' }]
  }

  function search(params: URLSearchParams): [number, object] {
    const { data } = querySchema.safeParse(Object.fromEntries(params))
    if (data === undefined) return [400, { message: 'Query validation error' }]
    if ((data.page + 1) * data.per_page > 1000)
      return [400, { message: 'You can only page through the first 1000 records.' }]
    if (!data.q.includes(`identities.connection:"${connection}"`)) return [200, { users: [], total: 0 }]
    const [, since = '*'] = /created_at:\[(\S+) TO \*\]/.exec(data.q) ?? []
    const [, name] = /username:"([^"]*)"/.exec(data.q) ?? []
    const found = standIn.users
      .filter((user) => (since === '*' || user.created_at >= since) && (name === undefined || user.username === name))
      .sort((one, other) => (one.created_at < other.created_at ? -1 : 1))
    const users = found.slice(data.page * data.per_page, (data.page + 1) * data.per_page)
    return [
      200,
      { start: data.page * data.per_page, limit: data.per_page, length: users.length, total: found.length, users },
    ]
  }

  return standIn
}
