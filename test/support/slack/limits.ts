/** So many calls in any window of `perMs`. */
export interface Rate {
  readonly calls: number
  readonly perMs: number
}

/** What the platform enforces. Times in milliseconds, lengths in characters. */
export interface Limits {
  /** Until an envelope, a command or a click has to be acknowledged. Real time, unlike all others. */
  readonly ackMs: number
  /** Until an event that nobody acknowledged is sent again, each from the failure before. */
  readonly redeliverMs: readonly number[]
  readonly triggerMs: number
  readonly responseUrlMs: number
  readonly responseUrlUses: number
  readonly streamMs: number
  readonly appendLength: number
  readonly streamLength: number
  /** Documented as 40,000; in practice `msg_too_long` comes from about here. */
  readonly textLength: number
  readonly metadataBytes: number
  readonly tiers: Readonly<Record<Tier, Rate>>
  /** `chat.postMessage` and `chat.postEphemeral`, for each channel. */
  readonly channel: Rate
  /** Rates of single methods, instead of their tier's. */
  readonly rates: Readonly<Record<string, Rate>>
  readonly connections: number
}

export type Tier = 'tier1' | 'tier2' | 'tier3' | 'tier4' | 'posting'

const minute = 60_000

export const platformLimits: Limits = {
  ackMs: 3000,
  redeliverMs: [0, minute, 5 * minute],
  triggerMs: 3000,
  responseUrlMs: 30 * minute,
  responseUrlUses: 5,
  streamMs: 5 * minute,
  appendLength: 12_000,
  streamLength: 40_000,
  textLength: 4000,
  metadataBytes: 8192,
  tiers: {
    tier1: { calls: 1, perMs: minute },
    tier2: { calls: 20, perMs: minute },
    tier3: { calls: 50, perMs: minute },
    tier4: { calls: 100, perMs: minute },
    posting: { calls: 300, perMs: minute },
  },
  channel: { calls: 5, perMs: 5000 },
  rates: {},
  connections: 10,
}

/** Rates nothing reaches, for tests about something else: `startSlack({ limits: unthrottled })`. */
const free: Rate = { calls: Number.POSITIVE_INFINITY, perMs: minute }
export const unthrottled: Partial<Limits> = {
  tiers: { tier1: free, tier2: free, tier3: free, tier4: free, posting: free },
  channel: free,
}
