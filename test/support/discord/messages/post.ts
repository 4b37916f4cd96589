import { publishChannel, publishMessage } from '../events.ts'
import type { Channel, Interaction, Message, StoredFile, User } from '../model.ts'
import type { World } from '../world.ts'
import { checkDraft, checkUploads } from './checks.ts'
import { filesAfter } from './files.ts'
import { ephemeral, settable } from './flags.ts'
import { pingsOf } from './pings.ts'
import type { MessageRequest, Upload } from './request.ts'

export interface Posting {
  readonly author: User
  readonly channel: Channel
  readonly request: MessageRequest
  readonly uploads?: readonly Upload[]
  /** Files that were kept already. */
  readonly files?: readonly StoredFile[]
  readonly interaction?: Interaction
  /** The only person to see it. */
  readonly ephemeralTo?: string | undefined
  /** Discord's number for the kind of message: 0 said, 19 reply, 20 answer to a command, 21 start of a thread. */
  readonly type?: number
  /** Flags that no request can set. */
  readonly flags?: number
  /** An empty one is allowed: the loading answer to an interaction. */
  readonly unchecked?: boolean
}

/** A post wakes a thread up, and counts in it. */
const touch = (world: World, channel: Channel, message: Message): void => {
  channel.lastMessageId = message.id
  const { thread } = channel
  if (!thread) return
  thread.messageCount += 1
  thread.members.add(message.author.id)
  if (!thread.archived) return
  thread.archived = false
  thread.archivedAt = world.clock.now()
  publishChannel(world, 'THREAD_UPDATE', channel)
}

const typeOf = ({ type, request, interaction }: Posting): number => {
  if (type !== undefined) return type
  if (request.message_reference) return 19
  return interaction?.kind === 'command' ? 20 : 0
}

const repliedUser = ({ state }: World, { message_reference: reference }: MessageRequest): string | undefined =>
  reference ? state.messages.get(reference.message_id)?.author.id : undefined

/** Checks a message against the limits, keeps it and tells the gateway. */
export const postMessage = (world: World, posting: Posting): Message => {
  const { state, clock, limits } = world
  const { author, channel, request, uploads = [], interaction, ephemeralTo } = posting
  checkUploads(uploads, channel.guild?.fileBytes ?? limits.fileBytes)
  const place = { channelId: channel.id, ephemeral: ephemeralTo !== undefined }
  const attachments = posting.files ?? filesAfter(world, place, request, uploads, [])
  const flags = ((request.flags ?? 0) & settable) | (posting.flags ?? 0) | (ephemeralTo === undefined ? 0 : ephemeral)
  const content = request.content ?? ''
  const parts = { content, embeds: request.embeds ?? [], components: request.components ?? [], flags }
  if (!posting.unchecked) checkDraft({ ...parts, files: attachments.length }, limits)
  const source = { authorId: author.id, channel, content, allowed: request.allowed_mentions }
  const message: Message = {
    ...parts,
    id: state.mintId(),
    channelId: channel.id,
    author,
    attachments,
    ephemeralTo,
    interaction,
    type: typeOf(posting),
    createdAt: clock.now(),
    nonce: request.nonce ?? undefined,
    replyTo: request.message_reference?.message_id,
    lateEdits: [],
    reactions: new Map(),
    pings: pingsOf(world, { ...source, repliedUser: repliedUser(world, request) }),
    embeds: parts.embeds.map((embed) => ({ type: 'rich', ...embed })),
    editedAt: undefined,
    threadId: undefined,
  }
  state.messages.set(message.id, message)
  if (ephemeralTo === undefined) touch(world, channel, message)
  publishMessage(world, 'MESSAGE_CREATE', message)
  world.journal.changed()
  return message
}
