import type { Readable } from 'node:stream'
import { Routes } from 'discord.js'
import { z } from 'zod'
import { ProviderError } from '../../core/errors.ts'
import { ChatError, type ChatFile } from '../chat.ts'
import type { Api } from './api.ts'
import { codes, discordCode } from './failure.ts'
import { nobody } from './look.ts'
import { fileNameOf, nonceOf } from './marks.ts'
import type { MessagePlace } from './refs.ts'
import { replyOf, type Sending } from './send.ts'
import { escapeText } from './text.ts'

/** What every server takes; boosted ones take more. */
export const fileBytesEverywhere = 10 * 1024 * 1024

const posted = z.object({ id: z.string() })

/** @param mostBytes what this server takes. discord.js sends a file from memory, so it is read whole. */
export async function sendFile(
  api: Api,
  { channel, replyTo }: Sending,
  file: ChatFile,
  { delivery, mostBytes }: { readonly delivery: string; readonly mostBytes: number },
): Promise<MessagePlace> {
  if (file.bytes > mostBytes) throw new ChatError('too-large', `${file.bytes} bytes are too many for this server`)
  const data = await readAll(file)
  const body = {
    ...(file.comment === '' ? {} : { content: escapeText(file.comment) }),
    nonce: nonceOf(delivery),
    enforce_nonce: true,
    allowed_mentions: nobody,
    ...replyOf(replyTo),
  }
  const files = [{ name: fileNameOf(file.name, delivery), data, contentType: contentTypeOf(file.name) }]
  const { id } = await api
    .call('upload a file', posted, (rest) => rest.post(Routes.channelMessages(channel), { body, files }))
    .catch((error) => {
      throw discordCode(error) === codes.missingPermissions ? mayNotAttach(error) : error
    })
  return { channel, message: id }
}

const contentTypes: Readonly<Record<string, string>> = { png: 'image/png', csv: 'text/csv; charset=utf-8' }

function contentTypeOf(name: string): string {
  return contentTypes[name.slice(name.lastIndexOf('.') + 1)] ?? 'text/plain; charset=utf-8'
}

/** The link is given instead, as with a file that is too large. */
function mayNotAttach(cause: unknown): ChatError {
  return new ChatError('too-large', 'RAI may not upload files here: give its role “Attach Files”', { cause })
}

async function readAll(file: ChatFile): Promise<Buffer> {
  try {
    return await collect(await file.open(), file.bytes)
  } catch (cause) {
    const failure = new ProviderError({
      provider: 'store',
      operation: 'read a file for Discord',
      retryable: true,
      cause,
    })
    throw new ChatError('later', failure.message, { cause: failure })
  }
}

async function collect(body: Readable, bytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    const buffer = Buffer.from(chunk)
    size += buffer.length
    if (size > bytes + spare) throw new Error(`the file has more than the ${bytes} bytes it was said to have`)
    chunks.push(buffer)
  }
  return Buffer.concat(chunks)
}

const spare = 64 * 1024
