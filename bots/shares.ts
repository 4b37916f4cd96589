/** Most important first. */
const priorities = ['verdict', 'click', 'first-output', 'progress'] as const
export type Priority = (typeof priorities)[number]

export interface SharesOptions {
  /** Calls the platform allows in any minute. Never exceeded, and all of them used while enough is wished for. */
  readonly perMinute: number
  /** Of these, how many may go out at once. Half of them are kept back for what is more important than progress. */
  readonly burst?: number
  /** Least time between two progress ticks of one job. */
  readonly gapMs?: number
}

type Next =
  | { readonly kind: 'serve'; readonly job: string; readonly priority: Priority }
  | { readonly kind: 'wait'; readonly ms: number }

/** How the allowance of one workspace is shared, without a clock of its own: every time is an argument. */
export interface Shares {
  want(job: string, priority: Priority): void
  /** Who is served now, how long until somebody can be, or `undefined` where nobody wants anything. */
  next(now: number): Next | undefined
  /** What `next` served has come back, whatever came of it. */
  ended(now: number): void
  /** The platform said no, and perhaps for how long. */
  throttled(now: number, retryAfterMs: number | undefined): void
  forget(job: string): void
}

interface Wanted {
  readonly job: string
  readonly priority: Priority
}

/** After a refusal we go slower, and a little faster again with each minute that goes well. */
const slowest = 0.25
const recoveryPerMinute = 0.1
const defaultPauseMs = 5_000
const minuteMs = 60_000

export function createShares(options: SharesOptions): Shares {
  const { perMinute, gapMs = 1_500 } = options
  const burst = Math.max(1, options.burst ?? Math.floor(perMinute / 5))
  const wanted = new Map<string, Priority>()
  const lastServed = new Map<string, number>()
  let pace = 1
  let tokens = burst
  let refilledAt: number | undefined
  let pausedUntil = Number.NEGATIVE_INFINITY

  /** When the calls of the last minute came back, oldest first: the platform counts each somewhere before that. */
  const ended: number[] = []
  let underWay = 0

  const perMs = () => (perMinute * pace) / minuteMs

  /** The bucket spreads calls evenly; a burst after a pause is paid back here, when a minute has had its calls. */
  function minuteAllowsAt(priority: Priority, now: number): number {
    const most = Math.max(1, perMinute - (priority === 'progress' ? Math.floor(perMinute / 20) : 0))
    const tooMany = ended.length + underWay - most
    if (tooMany < 0) return now
    // Where more are under way than are allowed, one that comes back brings the next turn.
    return (ended[tooMany] ?? now) + minuteMs
  }

  function refill(now: number): void {
    const passed = now - (refilledAt ?? now)
    refilledAt = now
    tokens = Math.min(burst, tokens + passed * perMs())
    while ((ended[0] ?? now) <= now - minuteMs) ended.shift()
    pace = Math.min(1, pace + (passed / 60_000) * recoveryPerMinute)
  }

  function readyAt({ job, priority }: Wanted, now: number): number {
    const missing = 1 + reserve(priority, burst) - tokens
    const tokenAt = missing <= 1e-9 ? now : now + missing / perMs()
    const gapEnds = priority === 'progress' ? (lastServed.get(job) ?? Number.NEGATIVE_INFINITY) + gapMs : now
    return Math.max(tokenAt, minuteAllowsAt(priority, now), gapEnds, pausedUntil)
  }

  return {
    want(job, priority) {
      wanted.set(job, higher(priority, wanted.get(job)))
    },
    next(now) {
      refill(now)
      const queue = [...wanted].map(([job, priority]) => ({ job, priority }))
      const best = queue.filter((one) => readyAt(one, now) <= now).sort(fairest(lastServed))[0]
      if (best === undefined) return waitFor(queue.map((one) => readyAt(one, now) - now))
      tokens -= 1
      underWay += 1
      wanted.delete(best.job)
      lastServed.set(best.job, now)
      return { kind: 'serve', ...best }
    },
    ended(now) {
      underWay -= 1
      ended.push(now)
    },
    throttled(now, retryAfterMs = defaultPauseMs) {
      refill(now)
      pausedUntil = Math.max(pausedUntil, now + retryAfterMs)
      pace = Math.max(slowest, pace / 2)
      tokens = Math.min(tokens, 1)
    },
    forget(job) {
      wanted.delete(job)
      lastServed.delete(job)
    },
  }
}

function reserve(priority: Priority, burst: number): number {
  return priority === 'progress' ? Math.floor(burst / 2) : priority === 'first-output' ? Math.floor(burst / 4) : 0
}

function rank(priority: Priority): number {
  return priorities.indexOf(priority)
}

export function outranks(one: Priority, other: Priority): boolean {
  return rank(one) < rank(other)
}

function higher(one: Priority, other: Priority | undefined): Priority {
  return other !== undefined && outranks(other, one) ? other : one
}

/** By priority, then who waited longest since their last turn. */
function fairest(lastServed: ReadonlyMap<string, number>) {
  const since = (job: string) => lastServed.get(job) ?? Number.NEGATIVE_INFINITY
  return (one: Wanted, other: Wanted) => {
    const byPriority = rank(one.priority) - rank(other.priority)
    if (byPriority !== 0) return byPriority
    return since(one.job) === since(other.job) ? 0 : since(one.job) - since(other.job)
  }
}

function waitFor(waits: readonly number[]): Next | undefined {
  return waits.length === 0 ? undefined : { kind: 'wait', ms: Math.max(1, Math.min(...waits)) }
}
