/** The tables of enrolment; times as in core/records/tables.ts. */

/** What the roster says of somebody. What they may do now is in `membership`, which follows from this. */
export interface EnrolmentTable {
  course: string
  account: string
  role: string
  team: string | null
  /** Ids on the platforms, as the roster gave them. They sign nobody in. */
  slack: string | null
  discord: string | null
  repo: string | null
  expires_at: number | null
  enrolled_at: number
  updated_at: number
  /** Not in the roster any more. Their records stay. */
  removed_at: number | null
}

export type CredentialDeliveryState = 'waiting' | 'sending' | 'accepted' | 'failed' | 'bounced' | 'cancelled'

/** A secret key on its way to its owner. Whoever can deliver `channel` claims it. */
export interface CredentialDeliveryTable {
  id: string
  account: string
  course: string
  access_key: string
  /** `mail`, `file`, `slack`, `discord`. */
  channel: string
  /** A mail address, or an id on the platform. */
  address: string
  state: CredentialDeliveryState
  /** The secret key, sealed with a key of the app secret. Null once the channel took it, or nobody will try again. */
  sealed: string | null
  /** The channel's own id of the message. */
  message: string | null
  error: string | null
  tries: number
  available_at: number
  lease_token: string | null
  lease_until: number | null
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
