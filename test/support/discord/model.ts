import type { ApplicationCommandType } from 'discord.js'

/** What Discord knows, as this stand-in keeps it; `wire/` says it in Discord's words. */

export type Json = Record<string, unknown>

export interface User {
  readonly id: string
  readonly name: string
  readonly bot: boolean
  /** Whether messages to them answer 50007. */
  dmsClosed: boolean
}

export interface Role {
  readonly id: string
  readonly name: string
  permissions: bigint
  /** The role that came with the bot. */
  readonly managed: boolean
}

export interface Member {
  readonly user: User
  readonly roles: Set<string>
  readonly joinedAt: number
  nick: string | undefined
}

export interface Guild {
  readonly id: string
  readonly name: string
  readonly ownerId: string
  readonly roles: Map<string, Role>
  readonly members: Map<string, Member>
  fileBytes: number
}

export interface Overwrite {
  readonly id: string
  readonly kind: 'role' | 'member'
  readonly allow: bigint
  readonly deny: bigint
}

export interface ThreadFacts {
  readonly parentId: string
  readonly ownerId: string
  readonly createdAt: number
  readonly members: Set<string>
  archived: boolean
  locked: boolean
  archivedAt: number
  autoArchiveMinutes: number
  messageCount: number
}

export interface Channel {
  readonly id: string
  /** Discord's number for the kind: 0 text, 1 direct, 5 announcement, 11 public thread, 12 private thread, 15 forum. */
  readonly type: number
  readonly guild: Guild | undefined
  readonly overwrites: Overwrite[]
  /** Of a direct channel. */
  readonly recipient: User | undefined
  readonly thread: ThreadFacts | undefined
  name: string
  lastMessageId: string | undefined
}

export interface StoredFile {
  readonly id: string
  readonly channelId: string
  readonly name: string
  readonly contentType: string | undefined
  readonly bytes: Buffer
  readonly ephemeral: boolean
  /** Links of earlier generations do not work any more. */
  generation: number
}

export interface Component extends Json {
  readonly type: number
  readonly id?: number | undefined
  readonly custom_id?: string | undefined
  readonly components?: readonly Component[] | undefined
  readonly accessory?: Component | undefined
  readonly component?: Component | undefined
}

/** The parts of an embed that have limits. */
export interface Embed extends Json {
  readonly title?: string | null | undefined
  readonly description?: string | null | undefined
  readonly footer?: { readonly text?: string | null | undefined } | null | undefined
  readonly author?: { readonly name?: string | null | undefined } | null | undefined
  readonly fields?: readonly { readonly name: string; readonly value: string }[] | null | undefined
}

/** Whom a message notified. */
export interface Pings {
  readonly everyone: boolean
  readonly users: readonly string[]
  readonly roles: readonly string[]
}

export interface Message {
  readonly id: string
  readonly channelId: string
  readonly author: User
  readonly type: number
  readonly createdAt: number
  readonly nonce: string | number | undefined
  /** The message it answers. */
  readonly replyTo: string | undefined
  readonly interaction: Interaction | undefined
  /** The only person who sees it. */
  readonly ephemeralTo: string | undefined
  /** Times of edits when it was old already. */
  readonly lateEdits: number[]
  readonly reactions: Map<string, Set<string>>
  pings: Pings
  content: string
  embeds: readonly Embed[]
  components: readonly Component[]
  flags: number
  attachments: readonly StoredFile[]
  editedAt: number | undefined
  threadId: string | undefined
}

export type InteractionKind = 'command' | 'autocomplete' | 'component' | 'modal'

/** What an interaction was answered with. */
export type CallbackKind = 'message' | 'deferred' | 'update' | 'deferred-update' | 'modal' | 'choices'

export interface Interaction {
  readonly id: string
  readonly token: string
  readonly kind: InteractionKind
  readonly user: User
  readonly channel: Channel
  readonly createdAt: number
  readonly commandType: ApplicationCommandType | undefined
  /** What the journal calls it: `/rai submit`, `button cancel:1`, … */
  readonly subject: string
  /** The message it was pressed on, or that opened the modal. */
  readonly source: Message | undefined
  /** The interaction that opened this modal. */
  readonly opener: Interaction | undefined
  callback: CallbackKind | undefined
  /** After the deadline, when nobody answered. */
  dead: boolean
  /** The answer is a message that still shows as loading. */
  loading: boolean
  original: Message | undefined
  readonly followups: Message[]
}

export interface Choice {
  readonly name: string
  readonly value: string | number
}

/** A form in front of a person. */
export interface Modal {
  readonly customId: string
  readonly title: string
  readonly components: readonly Component[]
  readonly opener: Interaction
}
