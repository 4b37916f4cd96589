/** The tables of enrolment; times as in core/records/tables.ts. */

/** What the roster says of somebody. What they may do now is in `membership`, which follows from this. */
export interface EnrolmentTable {
  course: string
  account: string
  role: string
  team: string | null
  /** Ids on the platforms, as the roster gave them. */
  slack: string | null
  discord: string | null
  repo: string | null
  expires_at: number | null
  enrolled_at: number
  updated_at: number
  /** Not in the roster any more. Their records stay. */
  removed_at: number | null
}

/**
 * `offered`: a direct message is out whose button reveals the keys. `blocked`: the person takes none, so they are offered
 * when they next talk to the bot, and go another way when they do not. `expired`: nobody pressed in time. `accepted`: the
 * provider took it, or the owner revealed it.
 */
export type CredentialDeliveryState =
  | 'waiting'
  | 'sending'
  | 'offered'
  | 'blocked'
  | 'accepted'
  | 'failed'
  | 'bounced'
  | 'expired'
  | 'cancelled'

/** What a direct message says now: that there are keys, or what became of them. */
export type DirectMessageState = 'offer' | 'settled'

/** A secret key on its way to its owner. Whoever can deliver `channel` claims it. */
export interface CredentialDeliveryTable {
  id: string
  account: string
  course: string
  access_key: string
  /** `mail`, `file`, `slack`, `discord`, `chat`. */
  channel: string
  /** A mail address, an id on the platform, or with `chat` and `file` the username. */
  address: string
  state: CredentialDeliveryState
  /** The secret key, sealed with a key of the app secret. Null once the channel took it, or nobody will try again. */
  sealed: string | null
  /** The channel's own id of the message. */
  message: string | null
  error: string | null
  tries: number
  /** Not to be claimed before; of what is offered or blocked, when that ends. */
  available_at: number
  lease_token: string | null
  lease_until: number | null
  created_at: number
  updated_at: number
  /** Where the direct message is, and who may press its button. */
  workspace: string | null
  chat_user: string | null
  /** The message, as its transport knows it. */
  dm: string | null
  dm_state: DirectMessageState | null
  revealed_at: number | null
  /** 1 where a bot mails it, with the course's own text; nobody's template waits for it. */
  by_bot: number | null
}

/** What somebody types once to say who they are. Only its hash is kept. */
export interface EnrolmentCodeTable {
  hash: string
  account: string
  course: string
  created_at: number
  expires_at: number
  used_at: number | null
  /** `slack:T1:U5`. */
  used_by: string | null
}

export type DraftState = 'open' | 'confirmed' | 'done' | 'failed'

/** A roster that an instructor handed in in a chat, until it is confirmed and done. */
export interface EnrolmentDraftTable {
  id: string
  /** The instructor's account. */
  actor: string
  course: string
  /** Where they are told how it went. */
  place_json: string
  options_json: string
  /** The file's text; null once it is done with. */
  roster: string | null
  /** Of the plan they saw. */
  digest: string
  state: DraftState
  outcome: string | null
  created_at: number
  updated_at: number
}

/** Wrong keys, by who was guessed at or who guessed. */
export interface GuessTable {
  /** `key:<access key>` or `source:<who asks>`. */
  name: string
  failures: number
  /** No try before. */
  next_at: number
  updated_at: number
}
