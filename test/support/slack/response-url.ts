import { z } from 'zod'
import { ApiError } from './api-error.ts'
import { deleteMessage, editMessage, postMessage } from './messages.ts'
import { readContent } from './methods/content.ts'
import type { Message } from './model.ts'
import type { ReplyPlace } from './tickets.ts'
import type { Json } from './wire.ts'
import type { Workspace } from './workspace.ts'

const bodySchema = z.strictObject({
  text: z.string().optional(),
  blocks: z.array(z.unknown()).optional(),
  response_type: z.enum(['ephemeral', 'in_channel']).optional(),
  replace_original: z.boolean().optional(),
  delete_original: z.boolean().optional(),
  thread_ts: z.string().optional(),
  mrkdwn: z.boolean().optional(),
  unfurl_links: z.boolean().optional(),
  unfurl_media: z.boolean().optional(),
})

type Body = z.infer<typeof bodySchema>

const originalOf = ({ state }: Workspace, { channel, original }: ReplyPlace): Message | undefined =>
  original === undefined ? undefined : state.find(channel, original)

const postAnswer = (workspace: Workspace, place: ReplyPlace, body: Body): void => {
  const channel = workspace.state.channels.get(place.channel)
  if (!channel) return
  const ephemeralTo = body.response_type === 'in_channel' ? undefined : place.user
  const { thread_ts } = body
  const { botUserId: user } = workspace.identity
  postMessage(workspace, channel, { user, byBot: true, ephemeralTo, thread_ts, ...readContent(workspace, body) })
}

/** Shows an answer where it belongs. Also what the acknowledgement of a command does. Throws an `ApiError`. */
export const showAnswer = (workspace: Workspace, place: ReplyPlace, answer: Json): void => {
  const body: Body = bodySchema.parse(answer)
  const original = originalOf(workspace, place)
  if (original && body.delete_original) deleteMessage(workspace, original)
  else if (original && body.replace_original) editMessage(workspace, original, readContent(workspace, body, original))
  else postAnswer(workspace, place, body)
}

/** Undefined, or the error to answer with. */
export const answerResponseUrl = (workspace: Workspace, token: string, body: Json): string | undefined => {
  const fail = (code: string, detail: string): string => {
    workspace.journal.fail('response-url', code, detail)
    return code
  }
  const place = workspace.tickets.reply(token)
  if (typeof place === 'string') return fail(place, 'a response_url works 5 times within 30 minutes')
  try {
    showAnswer(workspace, place, body)
    return undefined
  } catch (error) {
    return fail(error instanceof ApiError ? error.code : 'invalid_payload', String(error))
  }
}
