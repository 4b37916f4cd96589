import type { Block } from './blocks.ts'

export interface UserOptions {
  readonly name?: string
  readonly email?: string
  /** `single`: one channel only; `multi`: several. */
  readonly guest?: 'single' | 'multi'
  /** A person of another workspace, connected through a shared channel. */
  readonly stranger?: boolean
  readonly bot?: boolean
  readonly deactivated?: boolean
  readonly emailConfirmed?: boolean
}

export interface User extends UserOptions {
  readonly id: string
  readonly name: string
  readonly teamId: string
}

export interface ChannelOptions {
  readonly name?: string
  readonly private?: boolean
  /** User ids; everybody who acts in the channel joins by themselves. */
  readonly members?: readonly string[]
  /** Whether the bot was invited; true unless told. */
  readonly bot?: boolean
  /** Shared with another workspace: file events carry ids only. */
  readonly connected?: boolean
}

export interface Channel {
  readonly id: string
  readonly name: string
  readonly kind: 'public' | 'private' | 'im'
  readonly created: number
  readonly connected: boolean
  readonly members: Set<string>
  archived: boolean
}

export interface Metadata {
  readonly event_type: string
  readonly event_payload: Readonly<Record<string, unknown>>
}

/** A message as the channel holds it; edits put a new one in its place. */
export interface Message {
  readonly channel: string
  readonly ts: string
  readonly user: string
  readonly text: string
  readonly blocks: readonly Block[]
  readonly files: readonly SlackFile[]
  readonly thread_ts?: string | undefined
  readonly subtype?: 'file_share' | 'tombstone' | 'thread_broadcast' | undefined
  readonly metadata?: Metadata | undefined
  readonly edited?: { readonly user: string; readonly ts: string } | undefined
  /** Only this person sees it. */
  readonly ephemeralTo?: string | undefined
  readonly byBot: boolean
}

export interface SlackFile {
  readonly id: string
  readonly name: string
  readonly title: string
  readonly user: string
  readonly bytes: Buffer
  readonly created: number
  readonly channels: readonly string[]
  /** Given to the bot in a modal, so that it may read it without a channel. */
  readonly handedIn?: boolean
}

export interface View {
  readonly id: string
  readonly type: 'modal' | 'home'
  readonly blocks: readonly Block[]
  readonly hash: string
  readonly rootId: string
  readonly previousId: string | null
  readonly user: string
  readonly definition: Readonly<Record<string, unknown>>
  readonly callback_id: string
  readonly private_metadata: string
  readonly external_id: string
}

export interface UserGroup {
  readonly id: string
  readonly handle: string
  readonly users: readonly string[]
}
