import type { Upload } from '../messages/request.ts'
import type { World } from '../world.ts'

export interface ApiRequest {
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** From JSON, or from `payload_json` of a multipart request. */
  readonly body: unknown
  readonly uploads: readonly Upload[]
}

export interface Answer {
  readonly status: number
  readonly body?: unknown
}

/** One operation of the HTTP API, by its name in Discord's description. */
export interface Route {
  readonly operation: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  /** `bot` needs the bot's token; the others carry one in the path. */
  readonly auth: 'bot' | 'path'
  readonly handle: (world: World, request: ApiRequest) => Answer
}

type Handle = Route['handle']

const operations =
  (auth: Route['auth']) =>
  (operation: string, route: `${Route['method']} /${string}`, handle: Handle): Route => {
    const [method, path] = split(route)
    return { operation, method, path, auth, handle }
  }

const methods: readonly Route['method'][] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

const split = (route: string): readonly [Route['method'], string] => {
  const [name, path = ''] = route.split(' ')
  const method = methods.find((known) => known === name)
  if (!method) throw new Error(`no method ${name}`)
  return [method, path]
}

export const withBotToken = operations('bot')
export const withPathToken = operations('path')

export const ok = (body: unknown): Answer => ({ status: 200, body })
export const nothing: Answer = { status: 204 }

/** The parameter of that name, which the path has. */
export const param = ({ params }: ApiRequest, name: string): string => params[name] ?? ''
