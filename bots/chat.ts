import type { Readable } from 'node:stream'
import type { Place } from '../core/records/submission.ts'
import type { Platform } from '../core/vocabulary.ts'
import type { Card } from './card.ts'

/** A message the bot posted, as its transport knows it. Opaque; stored in the delivery's row. */
export type MessageRef = string

export interface ChatFile {
  readonly name: string
  readonly bytes: number
  readonly open: () => Promise<Readable>
  readonly comment: string
}

/** Why a chat would not take a message, where that decides what to do next. */
export type ChatFailure =
  /** The message, its thread or its channel is gone, or the bot was put out: do not try again. */
  | 'gone'
  /** The file is too large for this chat: give the link instead. */
  | 'too-large'
  /** Try again after a while. */
  | 'later'

export class ChatError extends Error {
  override readonly name = 'ChatError'
  readonly failure: ChatFailure
  /** With `later`: when the platform said to try again. */
  readonly retryAfterMs: number | undefined

  constructor(
    failure: ChatFailure,
    message: string,
    options: { readonly cause?: unknown; readonly retryAfterMs?: number } = {},
  ) {
    super(message, { cause: options.cause })
    this.failure = failure
    this.retryAfterMs = options.retryAfterMs
  }
}

export interface FindWhere {
  readonly place: Place
  readonly root?: MessageRef
  /** It was posted by `postNotice`. */
  readonly alone?: boolean
}

/**
 * One workspace of one platform, as a port: transport out. Every method rejects with a `ChatError`, may be called
 * concurrently, and posts with the bot's own token, never on an interaction's. A delivery id travels in the message
 * itself, so that `find` can tell after a crash whether it went out.
 */
export interface Chat {
  readonly platform: Platform
  readonly workspace: string
  /** The submission's message in the channel. */
  postRoot(place: Place, card: Card, delivery: string): Promise<MessageRef>
  /** A message that nothing hangs on: what staff are told. */
  postNotice(place: Place, card: Card, delivery: string): Promise<MessageRef>
  /** A message in the thread of `root`. */
  post(root: MessageRef, card: Card, delivery: string): Promise<MessageRef>
  edit(message: MessageRef, card: Card): Promise<void>
  postFile(root: MessageRef, file: ChatFile, delivery: string): Promise<MessageRef>
  /** The message that carries this delivery's id, in the thread of `root` or, without one, in the channel. */
  find(delivery: string, where: FindWhere): Promise<MessageRef | undefined>
  /** Called when nothing more is posted in a thread. */
  settle(root: MessageRef): Promise<void>
}
