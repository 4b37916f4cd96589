import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { callMethod } from './api.ts'
import { answerResponseUrl } from './response-url.ts'
import type { Json } from './wire.ts'
import type { Workspace } from './workspace.ts'

const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

const parseJson = (text: string): Json => {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : {}
  } catch {
    return {}
  }
}

const argsOf = (request: IncomingMessage, url: URL, body: Buffer): Json => {
  const query = Object.fromEntries(url.searchParams)
  if (request.headers['content-type']?.startsWith('application/json'))
    return { ...query, ...parseJson(body.toString()) }
  return { ...query, ...Object.fromEntries(new URLSearchParams(body.toString())) }
}

const tokenOf = (request: IncomingMessage, args: Json = {}): string =>
  request.headers.authorization?.replace(/^Bearer ?/, '') ?? String(args.token ?? '')

const send = (
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Buffer,
  headers: Json = {},
): void => {
  response.writeHead(status, {
    'content-type': type,
    ...Object.fromEntries(Object.entries(headers).map(([k, v]) => [k, String(v)])),
  })
  response.end(body)
}

const sendJson = (response: ServerResponse, status: number, body: Json, headers: Json = {}): void =>
  send(response, status, 'application/json; charset=utf-8', JSON.stringify(body), headers)

type Handler = (context: {
  readonly workspace: Workspace
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly url: URL
  /** What follows the handler's own part of the path. */
  readonly rest: string
  readonly body: Buffer
}) => void

const api: Handler = ({ workspace, request, response, url, rest, body }) => {
  const args = argsOf(request, url, body)
  const answer = callMethod(workspace, rest, args, tokenOf(request, args))
  if (answer === 'hang') return
  if (answer === 'lost') return void response.destroy()
  sendJson(response, answer.status, answer.body, answer.headers)
}

const responseUrl: Handler = ({ workspace, response, rest, body }) => {
  const error = answerResponseUrl(workspace, rest, parseJson(body.toString()))
  if (error === undefined) return send(response, 200, 'text/plain', 'ok')
  sendJson(response, 404, { ok: false, error })
}

/** The bytes themselves, or as the one file of a form. */
const uploadedBytes = async (request: IncomingMessage, body: Buffer): Promise<Buffer> => {
  const type = request.headers['content-type'] ?? ''
  if (!type.startsWith('multipart/form-data')) return body
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData()
  const file = [...form.values()].find((value) => typeof value !== 'string')
  return file === undefined ? body : Buffer.from(await file.arrayBuffer())
}

const upload: Handler = async ({ workspace, request, response, rest, body }) => {
  const waiting = workspace.uploads.get(rest)
  if (!waiting) return send(response, 404, 'text/plain', 'no such upload')
  const bytes = await uploadedBytes(request, body)
  if (bytes.length !== waiting.length) {
    workspace.journal.fail('refused', 'upload', `${bytes.length} bytes where ${waiting.length} were announced`)
    return send(response, 400, 'text/plain', 'length mismatch')
  }
  workspace.uploads.set(rest, { ...waiting, bytes })
  send(response, 200, 'text/plain', `OK - ${bytes.length}`)
}

/** Without the bot's token the platform shows its sign-in page, with status 200: the trap this is here for. */
const download: Handler = ({ workspace, request, response, rest }) => {
  const { state, identity, journal, scopes } = workspace
  const file = state.files.get(rest.split('/')[0]?.split('-')[1] ?? '')
  if (!file) return send(response, 404, 'text/html', '<html>not found</html>')
  if (tokenOf(request) === identity.botToken && scopes.has('files:read'))
    return send(response, 200, 'application/octet-stream', file.bytes)
  journal.fail('file-access', file.id, 'downloaded without the bot token and files:read')
  send(response, 302, 'text/html', '', { location: `${workspace.baseUrl}/signin` })
}

const signIn: Handler = ({ response }) =>
  send(response, 200, 'text/html; charset=utf-8', '<html>Sign in to course</html>')

const routes: readonly (readonly [string, Handler])[] = [
  ['/api/', api],
  ['/response/', responseUrl],
  ['/upload/v1/', upload],
  ['/files-pri/', download],
  ['/signin', signIn],
]

const handle = async (workspace: Workspace, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const url = new URL(request.url ?? '/', workspace.baseUrl)
  const [prefix, handler] = routes.find(([start]) => url.pathname.startsWith(start)) ?? []
  if (prefix === undefined || !handler) return send(response, 404, 'text/plain', 'not found')
  const body = await buffer(request)
  await handler({ workspace, request, response, url, rest: url.pathname.slice(prefix.length), body })
}

export const createListener =
  (workspace: Workspace): RequestListener =>
  (request, response) => {
    handle(workspace, request, response).catch((error: unknown) => {
      workspace.journal.fail('refused', request.url ?? '', `the stand-in broke: ${String(error)}`)
      response.destroy()
    })
  }
