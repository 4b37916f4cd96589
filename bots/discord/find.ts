import { type REST, Routes } from 'discord.js'
import { z } from 'zod'
import { ChatError } from '../chat.ts'
import type { Api } from './api.ts'
import { hasMark, isFileOf } from './marks.ts'

/** Messages looked through: those since a process died, and some. */
const pageMessages = 100
const mostPages = 10

const page = z.array(
  z.object({
    id: z.string(),
    author: z.object({ id: z.string() }),
    components: z.array(z.unknown()).default([]),
    attachments: z.array(z.object({ filename: z.string() })).default([]),
  }),
)
type Found = z.infer<typeof page>[number]

export interface Where {
  readonly channel: string
  /** Not older than this message. */
  readonly after?: string
  readonly botUserId: string
}

/** A message as it was found, with the first of its texts. */
export interface FoundMessage {
  readonly id: string
  readonly texts: readonly string[]
}

/** The bot's own message of this delivery, newest first; `undefined` also where there is no such channel any more. */
export async function findIn(api: Api, where: Where, delivery: string): Promise<FoundMessage | undefined> {
  try {
    return await search(api, where, delivery)
  } catch (error) {
    if (error instanceof ChatError && error.failure === 'gone') return undefined
    throw error
  }
}

async function search(
  api: Api,
  { channel, after, botUserId }: Where,
  delivery: string,
): Promise<FoundMessage | undefined> {
  let before: string | undefined
  for (let pages = 0; pages < mostPages; pages += 1) {
    const messages = await api.call('look for a message', page, (rest) => read(rest, channel, before))
    const found = messages.find((message) => isIt(message, botUserId, delivery))
    if (found !== undefined) return { id: found.id, texts: found.components.flatMap(textsOf) }
    before = messages.at(-1)?.id
    if (before === undefined || messages.length < pageMessages || isOlder(before, after)) return undefined
  }
  return undefined
}

function read(rest: REST, channel: string, before: string | undefined): Promise<unknown> {
  const query = new URLSearchParams({ limit: String(pageMessages), ...(before === undefined ? {} : { before }) })
  return rest.get(Routes.channelMessages(channel), { query })
}

function isIt({ author, components, attachments }: Found, botUserId: string, delivery: string): boolean {
  if (author.id !== botUserId) return false
  return hasMark(components, delivery) || attachments.some(({ filename }) => isFileOf(filename, delivery))
}

const box = z.object({ components: z.array(z.object({ content: z.string().optional() })) })

function textsOf(component: unknown): string[] {
  const { success, data } = box.safeParse(component)
  return success ? data.components.flatMap(({ content }) => content ?? []) : []
}

function isOlder(message: string, after: string | undefined): boolean {
  return after !== undefined && BigInt(message) < BigInt(after)
}
