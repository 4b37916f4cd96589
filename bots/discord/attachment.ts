import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { Routes } from 'discord.js'
import { z } from 'zod'
import { ProviderError } from '../../core/errors.ts'
import type { SourceOptions } from '../../core/source/source.ts'
import { ChatError } from '../chat.ts'
import type { CommandRequest } from '../commands/request.ts'
import type { Api } from './api.ts'
import { fileElsewhere, fileGone } from './refusals.ts'

/** How a file is found again: by the address that came with it, or once that has ended, by the message it is in. */
const locatorSchema = z.object({
  url: z.string().max(4_000),
  id: z.string(),
  message: z.object({ channel: z.string(), id: z.string() }).optional(),
})
type Locator = z.infer<typeof locatorSchema>

/** A file as discord.js shows it. */
interface GivenFile {
  readonly id: string
  readonly name: string
  readonly size: number
  readonly url: string
}

/** More than one is refused anyway; these many are still counted. */
const mostFiles = 10

/** @param message where the files are for good; those of commands and forms are in none. */
export function attachmentsOf(files: Iterable<GivenFile>, message?: Locator['message']): CommandRequest['attachments'] {
  return [...files].slice(0, mostFiles).map(({ id, name, size, url }) => {
    const locator: Locator = { url, id, ...(message === undefined ? {} : { message }) }
    return { name, bytes: size, locator: JSON.stringify(locator) }
  })
}

export interface AttachmentOptions {
  readonly api: Api
  readonly apiUrl: string
  readonly timeoutMs?: number
}

const defaultTimeoutMs = 5 * 60_000

/** Downloads what somebody attached, without any token. The caller bounds the bytes. */
export function createOpenAttachment(options: AttachmentOptions): NonNullable<SourceOptions['openAttachment']> {
  return async ({ locator: text, name }) => {
    const locator = locatorSchema.parse(JSON.parse(text))
    const body = await download(options, locator.url, name)
    if (body !== undefined) return body
    const fresh = await freshAddress(options.api, locator)
    const again = fresh === undefined ? undefined : await download(options, fresh, name)
    if (again === undefined) throw fileGone(name)
    return again
  }
}

/** `undefined` where the address has ended. */
async function download(options: AttachmentOptions, url: string, name: string): Promise<Readable | undefined> {
  if (!isOfDiscord(url, new URL(options.apiUrl))) throw fileElsewhere(name)
  const response = await ask(options, url)
  if (response.status === 200 && response.body !== null) return Readable.fromWeb(response.body as ReadableStream)
  await response.body?.cancel()
  if (response.status === 404 || response.status === 403) return undefined
  throw failure(response.status >= 500 || response.status === 429, new Error(`it answered with ${response.status}`))
}

const cdnHosts = new Set(['cdn.discordapp.com', 'media.discordapp.net'])

/** The API's own host, or for the real one its two for files. */
export function isOfDiscord(url: string, api: URL): boolean {
  if (!URL.canParse(url)) return false
  const { host, hostname, protocol, port } = new URL(url)
  if (host === api.host) return protocol === api.protocol
  return api.hostname === 'discord.com' && protocol === 'https:' && port === '' && cdnHosts.has(hostname)
}

async function ask({ timeoutMs = defaultTimeoutMs }: AttachmentOptions, url: string): Promise<Response> {
  try {
    return await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) })
  } catch (error) {
    throw failure(true, error)
  }
}

const message = z.object({ attachments: z.array(z.object({ id: z.string(), url: z.string() })) })

/** Every look at a message makes addresses that work for a day. */
async function freshAddress(api: Api, { id, message: place }: Locator): Promise<string | undefined> {
  if (place === undefined) return undefined
  try {
    const { attachments } = await api.call('look at a message', message, (rest) =>
      rest.get(Routes.channelMessage(place.channel, place.id)),
    )
    return attachments.find((attachment) => attachment.id === id)?.url
  } catch (error) {
    if (error instanceof ChatError && error.failure === 'gone') return undefined
    throw error
  }
}

function failure(retryable: boolean, cause: unknown): ProviderError {
  return new ProviderError({ provider: 'discord', operation: 'download an attachment', retryable, cause })
}
