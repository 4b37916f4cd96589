import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { ProviderError, Refusal } from '../../core/errors.ts'
import type { SourceOptions } from '../../core/source/source.ts'
import { ChatError } from '../chat.ts'
import type { Api } from './api.ts'
import { fileElsewhere, fileGone } from './refusals.ts'

export interface AttachmentOptions {
  readonly api: Api
  readonly apiUrl: string
  readonly botToken: string
  readonly timeoutMs?: number
}

const defaultTimeoutMs = 5 * 60_000

/**
 * Downloads what somebody attached; its locator is the file's id, because addresses expire. The token goes to Slack
 * and nowhere else, whatever a file's address or a redirect says. The caller bounds the bytes.
 */
export function createOpenAttachment(options: AttachmentOptions): NonNullable<SourceOptions['openAttachment']> {
  return async ({ locator, name }) => {
    const address = await addressOf(options, locator, name)
    const response = await ask(options, address)
    if (response.status === 200 && response.body !== null && !isPage(response)) {
      return Readable.fromWeb(response.body as ReadableStream)
    }
    await response.body?.cancel()
    const type = response.headers.get('content-type') ?? 'nothing'
    throw failure(response.status >= 500, new Error(`it answered with ${response.status} and ${type}`))
  }
}

async function addressOf({ api, apiUrl }: AttachmentOptions, file: string, name: string): Promise<URL> {
  const { file: found } = await api
    .call('look up a file', (client) => client.files.info({ file }))
    .catch((error) => {
      throw isGone(error) ? fileGone(name) : error
    })
  const text = found?.url_private_download ?? found?.url_private
  if (found?.is_external === true || text === undefined || !URL.canParse(text)) throw fileElsewhere(name)
  const address = new URL(text)
  if (!isOfSlack(address, new URL(apiUrl))) throw fileElsewhere(name)
  return address
}

function isGone(error: unknown): boolean {
  return error instanceof ChatError && /file_not_found|file_deleted/.test(error.message)
}

/** The API's own host, or for the real one `files.slack.com` and its siblings. */
export function isOfSlack(address: URL, api: URL): boolean {
  if (address.host === api.host) return address.protocol === api.protocol
  return api.hostname === 'slack.com' && address.protocol === 'https:' && address.hostname.endsWith('.slack.com')
}

async function ask({ botToken, timeoutMs = defaultTimeoutMs }: AttachmentOptions, address: URL): Promise<Response> {
  try {
    return await fetch(address, {
      headers: { authorization: `Bearer ${botToken}` },
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
  } catch (error) {
    throw failure(true, error)
  }
}

/** Whom Slack does not know, it shows a sign-in page, with status 200. */
function isPage({ headers }: Response): boolean {
  return (headers.get('content-type') ?? '').startsWith('text/html')
}

function failure(retryable: boolean, cause: unknown): Error {
  if (cause instanceof Refusal) return cause
  return new ProviderError({ provider: 'slack', operation: 'download an attachment', retryable, cause })
}
