import { publishDeletion } from '../events.ts'
import { postMessage } from '../messages/post.ts'
import type { Message, User } from '../model.ts'
import { may } from '../permissions.ts'
import { messageRequestOf } from '../routes/lookup.ts'
import type { World } from '../world.ts'
import { type Attachment, upload } from './attachment.ts'
import { channelFor, idOf, messageFor, type Ref } from './places.ts'

interface SayOptions {
  readonly attachments?: readonly Attachment[]
  readonly replyTo?: Ref
}

/** What a person does with words and files. All of it returns at once; the bot hears of it in events. */
export interface Talking {
  say(channel: Ref, text: string, options?: SayOptions): Message
  /** `say` with the bot's mention in front. */
  mention(channel: Ref, text: string, options?: SayOptions): Message
  /** Writes to the bot alone. */
  direct(text: string, options?: SayOptions): Message
  /** Deletes a message, as its author or somebody who may. */
  delete(message: Ref): void
  /** What the bot wrote to this person alone in direct messages, by time. */
  directs(): readonly Message[]
  /** Ephemeral messages only this person sees, everywhere or in one channel. */
  ephemerals(channel?: Ref): readonly Message[]
  /** Messages to them answer 50007 from now on. */
  closeDirects(): void
  openDirects(): void
}

export const createTalking = (world: World, user: User): Talking => {
  const { state, identity } = world
  const say = (ref: Ref, text: string, { attachments = [], replyTo }: SayOptions = {}): Message => {
    const channel = channelFor(world, user, ref)
    if (channel.guild && !may(world, user.id, channel, channel.thread ? 'SendMessagesInThreads' : 'SendMessages'))
      throw new Error(`${user.name} may not write in ${channel.name}`)
    const files = attachments.map((attachment) => upload(world, channel, attachment))
    const reference = replyTo === undefined ? {} : { message_reference: { message_id: idOf(replyTo) } }
    const request = messageRequestOf({ content: text, ...reference })
    return postMessage(world, { author: user, channel, request, files })
  }
  return {
    say,
    mention: (channel, text, options) => say(channel, `<@${identity.botUserId}> ${text}`.trim(), options),
    direct: (text, options) => say(state.directOf(user.id), text, options),
    delete(ref) {
      const message = messageFor(world, user, ref)
      const channel = channelFor(world, user, message.channelId)
      if (message.author !== user && !may(world, user.id, channel, 'ManageMessages'))
        throw new Error(`${user.name} may not delete that message`)
      state.messages.delete(message.id)
      publishDeletion(world, message)
      world.journal.changed()
    },
    directs: () => state.messagesIn(state.directOf(user.id).id).filter(({ author }) => author.bot),
    ephemerals: (channel) =>
      state.ephemeralTo(user.id).filter(({ channelId }) => channel === undefined || channelId === idOf(channel)),
    closeDirects() {
      user.dmsClosed = true
    },
    openDirects() {
      user.dmsClosed = false
    },
  }
}
