import { ApiError, invalidForm } from '../api-error.ts'
import { publishMessage } from '../events.ts'
import type { Message } from '../model.ts'
import type { World } from '../world.ts'
import { checkDraft, checkUploads } from './checks.ts'
import { filesAfter } from './files.ts'
import { componentsV2, ephemeral, loading, settable } from './flags.ts'
import { pingsOf } from './pings.ts'
import type { MessageRequest, Upload } from './request.ts'

/** Edits of an old message are few: 30046, with the wait in the headers of a 429. */
export const countLateEdit = ({ clock, limits }: World, message: Message): void => {
  const now = clock.now()
  if (now - message.createdAt < limits.oldMessageMs) return
  const { requests, perMs } = limits.oldEdits
  const recent = message.lateEdits.filter((at) => now - at < perMs)
  if (recent.length >= requests) throw tooManyLateEdits(Math.max(0, (recent[0] ?? now) + perMs - now))
  message.lateEdits.splice(0, message.lateEdits.length, ...recent, now)
}

const tooManyLateEdits = (waitMs: number) =>
  new ApiError(429, 30046, 'Maximum number of edits to messages older than 1 hour reached. Try again later', false, {
    waitMs,
  })

const newFlags = (message: Message, { flags }: MessageRequest): number => {
  const kept = message.flags & ~loading
  if (flags === null || flags === undefined) return kept
  if ((message.flags & componentsV2) !== 0 && (flags & componentsV2) === 0)
    throw invalidForm(['flags'], 'MESSAGE_FLAG_CANNOT_BE_REMOVED', 'IS_COMPONENTS_V2 cannot be removed')
  return (kept & ~settable) | (flags & settable) | (kept & ephemeral)
}

/** Changes what the request names and leaves the rest, as PATCH does. */
export const editMessage = (
  world: World,
  message: Message,
  request: MessageRequest,
  uploads: readonly Upload[] = [],
): Message => {
  const { state, clock, limits } = world
  const channel = state.channels.get(message.channelId)
  if (!channel) throw new Error(`there is no channel ${message.channelId}`)
  checkUploads(uploads, channel.guild?.fileBytes ?? limits.fileBytes)
  const place = { channelId: channel.id, ephemeral: message.ephemeralTo !== undefined }
  const attachments = filesAfter(world, place, request, uploads, message.attachments)
  const parts = {
    content: request.content === undefined ? message.content : (request.content ?? ''),
    embeds: request.embeds === undefined ? message.embeds : (request.embeds ?? []),
    components: request.components === undefined ? message.components : (request.components ?? []),
    flags: newFlags(message, request),
  }
  checkDraft({ ...parts, files: attachments.length }, limits)
  const source = { authorId: message.author.id, channel, content: parts.content, repliedUser: undefined }
  Object.assign(message, parts, {
    attachments,
    embeds: parts.embeds.map((embed) => ({ type: 'rich', ...embed })),
    pings: pingsOf(world, { ...source, allowed: request.allowed_mentions }),
    editedAt: clock.now(),
  })
  publishMessage(world, 'MESSAGE_UPDATE', message)
  world.journal.changed()
  return message
}
