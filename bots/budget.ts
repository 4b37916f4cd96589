import { ChatError } from './chat.ts'
import { createShares, type Priority, type SharesOptions } from './shares.ts'

/** Time, as an argument, so that a test can let an hour pass. */
export interface Clock {
  /** Monotonic, in milliseconds. */
  now(): number
  /** Calls back once after `ms`; the answer takes it back. */
  after(ms: number, callback: () => void): () => void
}

const systemClock: Clock = {
  now: () => performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms)
    return () => clearTimeout(timer)
  },
}

export interface BudgetOptions extends SharesOptions {
  readonly clock?: Clock
}

/** `replaced`: a newer wish of the same job was done, or the budget was closed. */
type Served = 'done' | 'replaced'

/**
 * Who of one workspace may call the platform when. A job has at most one wish open: a newer one replaces it and keeps
 * the higher priority, so nothing queues up behind a slow platform.
 */
export interface Budget {
  /**
   * Does `work` when it is this job's turn, never beside other work of the same job. Work that meets `later` is done again when the platform allows, unless it
   * was replaced meanwhile; any other failure rejects.
   * @param where the channel it happens in, for a platform that also counts by channel.
   */
  spend(job: string, priority: Priority, work: () => Promise<void>, where?: string): Promise<Served>
  /** Drops what a job still wishes. */
  forget(job: string): void
  /** Drops everybody's wishes. */
  close(): void
}

/** A platform that says `later` this often in a row to one wish will not take it. */
const mostRefusals = 10

interface Wish {
  readonly refusals: number
  readonly priority: Priority
  readonly work: () => Promise<void>
  readonly settle: (served: Served) => void
  readonly fail: (error: unknown) => void
}

export function createBudget({ clock = systemClock, ...options }: BudgetOptions): Budget {
  const shares = createShares(options)
  const wishes = new Map<string, Wish>()
  const busy = new Set<string>()
  let cancelTimer: (() => void) | undefined

  function turn(): void {
    cancelTimer?.()
    cancelTimer = undefined
    for (;;) {
      const next = shares.next(clock.now())
      if (next === undefined) return
      if (next.kind === 'wait') {
        cancelTimer = clock.after(next.ms, turn)
        return
      }
      const wish = wishes.get(next.job)
      wishes.delete(next.job)
      if (wish === undefined) shares.ended(clock.now())
      else void perform(next.job, next.priority, wish)
    }
  }

  async function perform(job: string, priority: Priority, wish: Wish): Promise<void> {
    busy.add(job)
    try {
      await wish.work()
      wish.settle('done')
    } catch (error) {
      refuse(job, priority, wish, error)
    } finally {
      busy.delete(job)
      shares.ended(clock.now())
      const next = wishes.get(job)
      if (next !== undefined) shares.want(job, next.priority)
      turn()
    }
  }

  function refuse(job: string, priority: Priority, wish: Wish, error: unknown): void {
    const later = error instanceof ChatError && error.failure === 'later'
    if (later) shares.throttled(clock.now(), error.retryAfterMs)
    if (!later || wish.refusals + 1 >= mostRefusals) wish.fail(error)
    else if (wishes.has(job) || !busy.has(job)) wish.settle('replaced')
    else wishes.set(job, { ...wish, priority, refusals: wish.refusals + 1 })
  }

  function forget(job: string): void {
    shares.forget(job)
    wishes.get(job)?.settle('replaced')
    wishes.delete(job)
    busy.delete(job)
  }

  return {
    spend: (job, priority, work) =>
      new Promise((settle, fail) => {
        wishes.get(job)?.settle('replaced')
        wishes.set(job, { work, settle, fail, priority, refusals: 0 })
        if (busy.has(job)) return
        shares.want(job, priority)
        turn()
      }),
    forget,
    close() {
      cancelTimer?.()
      for (const job of [...wishes.keys()]) forget(job)
    },
  }
}

/** For a platform that takes whatever comes. */
export const unlimited: Budget = {
  spend: async (_job, _priority, work) => {
    await work()
    return 'done'
  },
  forget: () => undefined,
  close: () => undefined,
}
