import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { ApiError } from '../api-error.ts'
import type { Call } from '../journal.ts'
import { routes } from '../routes/table.ts'
import type { World } from '../world.ts'
import { answer, type Reply } from './answering.ts'
import { type Body, readBody } from './body.ts'
import { fileAt } from './cdn.ts'
import { createRouter, type Match } from './router.ts'

const prefix = '/api/v10'
const route = createRouter(routes)

const send = (response: ServerResponse, { status, headers, body }: Reply): void => {
  const json = body === undefined ? undefined : JSON.stringify(body)
  response.writeHead(status, { ...headers, ...(json ? { 'content-type': 'application/json' } : {}) })
  response.end(json)
}

const download = (world: World, url: URL, response: ServerResponse): void => {
  const file = fileAt(world, url)
  if (!file) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('This content is no longer available.')
    return
  }
  const { bytes, contentType = 'application/octet-stream' } = file
  response.writeHead(200, { 'content-type': contentType, 'content-length': bytes.length }).end(bytes)
}

const unknownRoute = ({ journal }: World, method: string, path: string): Reply => {
  journal.fail('route', `${method} ${path}`, 'this Discord does not know it')
  return { status: 404, headers: {}, body: { message: '404: Not Found', code: 0 } }
}

const note = ({ journal, clock }: World, match: Match, request: IncomingMessage, body: Body): Call => {
  const call: Call = {
    operation: match.route.operation,
    method: match.route.method,
    path: (request.url ?? '').slice(prefix.length),
    params: match.params,
    body: body.json,
    files: body.uploads.map(({ name }) => name),
    at: clock.now(),
  }
  journal.calls.push(call)
  return call
}

const bodyOf = async (world: World, request: IncomingMessage): Promise<Body | Reply> => {
  try {
    return await readBody(request)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    world.journal.fail('request', request.url ?? '', error.message)
    return { status: error.status, headers: {}, body: { code: error.code, message: error.message } }
  }
}

const api = async (world: World, request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> => {
  const body = await bodyOf(world, request)
  if ('status' in body) return send(response, body)
  const { method = '' } = request
  const path = url.pathname.slice(prefix.length)
  const match = url.pathname.startsWith(prefix) ? route(method, path) : undefined
  if (!match) return send(response, unknownRoute(world, method, url.pathname))
  const call = note(world, match, request, body)
  const asked = { params: match.params, query: url.searchParams, body: body.json, uploads: body.uploads }
  const reply = answer(world, match, asked, call, request.headers.authorization ?? '')
  if (typeof reply === 'string') {
    if (reply === 'lost') response.destroy()
    return world.journal.changed()
  }
  Object.assign(call, { status: reply.status, answer: reply.body })
  send(response, reply)
  world.journal.changed()
}

const handle = async (world: World, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const url = new URL(request.url ?? '/', world.baseUrl)
  if (url.pathname.startsWith('/cdn/')) return download(world, url, response)
  await api(world, request, response, url)
}

export const createListener =
  (world: World): RequestListener =>
  (request, response) => {
    handle(world, request, response).catch((error: unknown) => {
      world.journal.fail(
        'stand-in',
        request.url ?? '',
        `the stand-in broke: ${error instanceof Error ? error.stack : error}`,
      )
      response.destroy()
    })
  }
