/** So many requests in any window of `perMs`. */
export interface Rate {
  readonly requests: number
  readonly perMs: number
}

/** What the platform enforces. Times in milliseconds, lengths in characters, sizes in bytes. */
export interface Limits {
  /** Until an interaction has to be answered. */
  readonly callbackMs: number
  /** How long an interaction's token works. */
  readonly tokenMs: number
  readonly heartbeatMs: number
  /** How long a session can be resumed after its connection broke. */
  readonly resumeMs: number
  readonly contentLength: number
  readonly embedsLength: number
  readonly componentsTextLength: number
  readonly components: number
  readonly files: number
  /** The largest attachment of a server without boosts. */
  readonly fileBytes: number
  /** How long a link of the CDN works. */
  readonly linkMs: number
  /** How long a nonce is remembered. */
  readonly nonceMs: number
  /** From this age on, edits are counted against `oldEdits`. */
  readonly oldMessageMs: number
  readonly oldEdits: Rate
  /** Active threads of one server. */
  readonly activeThreads: number
  /** All routes together, answers to interactions left out. */
  readonly global: Rate
  /** By operation, for each channel, server or token; `otherwise` for the rest. */
  readonly routes: Readonly<Record<string, Rate>>
  readonly otherwise: Rate
}

const second = 1000
const minute = 60 * second
const hour = 60 * minute

export const platformLimits: Limits = {
  callbackMs: 3 * second,
  tokenMs: 15 * minute,
  heartbeatMs: 41_250,
  resumeMs: 3 * minute,
  contentLength: 2000,
  embedsLength: 6000,
  componentsTextLength: 4000,
  components: 40,
  files: 10,
  fileBytes: 10 * 1024 * 1024,
  linkMs: 24 * hour,
  nonceMs: 5 * minute,
  oldMessageMs: hour,
  oldEdits: { requests: 30, perMs: hour },
  activeThreads: 1000,
  global: { requests: 50, perMs: second },
  routes: {
    create_message: { requests: 5, perMs: 5 * second },
    update_message: { requests: 5, perMs: 5 * second },
    delete_message: { requests: 5, perMs: second },
    execute_webhook: { requests: 5, perMs: 2 * second },
    update_original_webhook_message: { requests: 5, perMs: 2 * second },
    update_webhook_message: { requests: 5, perMs: 2 * second },
    create_thread_from_message: { requests: 50, perMs: 5 * minute },
    create_thread: { requests: 50, perMs: 5 * minute },
    update_channel: { requests: 10, perMs: 10 * second },
    add_my_message_reaction: { requests: 1, perMs: 250 },
    create_dm: { requests: 10, perMs: 10 * second },
  },
  otherwise: { requests: 50, perMs: second },
}

/** Rates nothing reaches, for tests about something else: `startDiscord({ limits: unthrottled })`. */
const free: Rate = { requests: 1_000_000, perMs: second }
export const unthrottled: Partial<Limits> = { global: free, routes: {}, otherwise: free }
