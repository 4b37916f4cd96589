import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { contentDisposition } from './disposition.ts'
import type { ObjectFolder, OpenObject } from './filesystem-objects.ts'
import type { LinkClaim } from './filesystem-signature.ts'
import { assertKey } from './key.ts'

export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly folder: ObjectFolder
  readonly verify: (claim: LinkClaim, signature: string) => boolean
}

const querySchema = z.object({
  expires: z
    .string()
    .regex(/^\d{1,12}$/)
    .transform(Number),
  filename: z.string().max(1_000),
  signature: z.string().max(100),
})

/** Answers one request for one link. Never throws: whatever goes wrong is a status and a sentence. */
export async function answer(exchange: Exchange): Promise<void> {
  try {
    await answerRequest(exchange)
  } catch {
    say(exchange, 500, 'The file could not be read. Please try again in a minute.')
  }
}

async function answerRequest(exchange: Exchange): Promise<void> {
  const { request, folder, verify } = exchange
  if (request.method !== 'GET' && request.method !== 'HEAD') return say(exchange, 405, 'Only GET works here.')
  const link = parseLink(request.url ?? '/')
  if (link === undefined || !verify(link.claim, link.signature)) {
    return say(exchange, 403, 'This link was not signed by this server. Please copy all of it, or ask for a new one.')
  }
  if (link.claim.expires * 1000 <= Date.now()) {
    return say(exchange, 410, 'This link has expired. Press Link in the thread for a new one.')
  }
  const found = await folder.open(link.claim.key)
  if (found === undefined) {
    return say(exchange, 404, 'The file is no longer kept. Submit again to make a new one.')
  }
  await send(exchange, found, link.claim.filename)
}

function parseLink(target: string): { claim: LinkClaim; signature: string } | undefined {
  try {
    const { pathname, searchParams } = new URL(target, 'http://localhost')
    const key = pathname.slice(1)
    assertKey(key)
    const { expires, filename, signature } = querySchema.parse(Object.fromEntries(searchParams))
    return { claim: { key, expires, filename }, signature }
  } catch {
    return undefined
  }
}

async function send({ request, response }: Exchange, found: OpenObject, filename: string): Promise<void> {
  response.writeHead(200, {
    ...safeHeaders,
    'content-type': found.contentType,
    'content-length': found.bytes,
    'content-disposition': contentDisposition(filename),
    'accept-ranges': 'none',
  })
  if (request.method === 'HEAD') {
    await found.close()
    response.end()
    return
  }
  // A reader that hangs up is no failure of ours.
  await pipeline(found.stream(), response).catch(() => response.destroy())
}

/** The bytes are a student's: a browser must neither render them nor guess what they are. */
const safeHeaders = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
  'referrer-policy': 'no-referrer',
  'cache-control': 'private, no-store',
}

function say({ response }: Exchange, status: number, sentence: string): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  response.writeHead(status, { ...safeHeaders, 'content-type': 'text/plain; charset=utf-8' })
  response.end(`${sentence}\n`)
}
