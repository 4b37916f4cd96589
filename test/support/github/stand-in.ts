import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { jwtVerify } from 'jose'
import { z } from 'zod'

/** The part of api.github.com that an App needs to sign in, with its checks. */
export interface GitHubStandIn {
  readonly url: string
  readonly appId: string
  readonly privateKey: string
  /** `owner/name` of each repository the App is installed for, and the token that is given for it. */
  install(path: string): string
  /** How the next requests are answered instead. */
  fail(answer: { readonly status: number; readonly headers?: Record<string, string> } | undefined): void
  readonly requests: string[]
  close(): Promise<void>
}

const appId = '12345'
const wantedSchema = z.strictObject({
  repositories: z.tuple([z.string()]),
  permissions: z.strictObject({ contents: z.literal('read') }),
})

export async function startGitHub(): Promise<GitHubStandIn> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const tokens = new Map<string, string>()
  const owners: string[] = []
  const requests: string[] = []
  let failure: { readonly status: number; readonly headers?: Record<string, string> } | undefined

  async function signedIn(request: IncomingMessage): Promise<boolean> {
    const jwt = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
    try {
      const { payload } = await jwtVerify(jwt, publicKey, {
        algorithms: ['RS256'],
        issuer: appId,
        requiredClaims: ['iat', 'exp'],
      })
      return (payload.exp ?? 0) - Date.now() / 1000 <= 600
    } catch {
      return false
    }
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reply = (status: number, body: object = {}) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    const body = await text(request)
    requests.push(`${request.method} ${request.url}`)
    if (failure !== undefined) return void response.writeHead(failure.status, failure.headers).end('{}')
    if (request.headers['user-agent'] === undefined) return void reply(403)
    if (!(await signedIn(request))) return void reply(401, { message: 'A JSON web token could not be decoded' })
    const [, path = ''] = /^\/repos\/([^/]+\/[^/]+)\/installation$/.exec(request.url ?? '') ?? []
    if (request.method === 'GET' && tokens.has(path))
      return void reply(200, { id: owners.indexOf(path.split('/')[0] ?? '') + 1 })
    const [, id] = /^\/app\/installations\/(\d+)\/access_tokens$/.exec(request.url ?? '') ?? []
    if (request.method !== 'POST' || id === undefined) return void reply(404)
    const wanted = wantedSchema.parse(JSON.parse(body))
    const token = tokens.get(`${owners[Number(id) - 1]}/${wanted.repositories[0]}`)
    if (token === undefined) return void reply(422)
    reply(201, { token, expires_at: new Date(Date.now() + 3_600_000).toISOString() })
  }

  const server = createServer((request, response) => void answer(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    appId,
    privateKey: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    requests,
    install(path) {
      const [owner = ''] = path.split('/')
      if (!owners.includes(owner)) owners.push(owner)
      const token = `ghs_${randomBytes(18).toString('hex')}`
      tokens.set(path, token)
      return token
    },
    fail(next) {
      failure = next
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
