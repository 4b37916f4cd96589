import { type Budget, type BudgetOptions, createBudget } from '../budget.ts'
import { isGlobalLimit } from './failure.ts'

/** Shares of the 50 requests a second that Discord allows a bot, with room for what else it asks. */
const editsPerMinute = 1_200
const postsPerMinute = 1_000
/** Discord's own limits of one channel come in headers, so ours bind nothing. */
const unbound = { perMinute: 60_000, burst: 1_000, gapMs: 0 }

export interface DiscordBudgets {
  readonly edits: Budget
  readonly posts: Budget
}

export function createDiscordBudgets({ clock }: Pick<BudgetOptions, 'clock'> = {}): DiscordBudgets {
  const time = clock === undefined ? {} : { clock }
  return {
    edits: byJob(time, createBudget({ ...time, perMinute: editsPerMinute })),
    posts: byJob(time, createBudget({ ...time, perMinute: postsPerMinute, gapMs: 0 })),
  }
}

/** The bot's turn is shared by all jobs; a `later` that concerns one message or channel holds up that job alone. */
function byJob(time: Pick<BudgetOptions, 'clock'>, shared: Budget): Budget {
  const jobs = new Map<string, Budget>()

  function jobOf(job: string): Budget {
    const known = jobs.get(job) ?? createBudget({ ...time, ...unbound })
    jobs.set(job, known)
    return known
  }

  return {
    async spend(job, priority, work) {
      let served: 'done' | 'replaced' = 'replaced'
      const outer = await jobOf(job).spend(job, priority, async () => {
        let own: { readonly error: unknown } | undefined
        served = await shared.spend(job, priority, async () => {
          own = undefined
          await work().catch((error) => {
            if (isGlobalLimit(error)) throw error
            own = { error }
          })
        })
        if (own !== undefined) throw own.error
      })
      return outer === 'done' ? served : outer
    },
    forget(job) {
      jobs.get(job)?.close()
      jobs.delete(job)
      shared.forget(job)
    },
    close() {
      for (const job of jobs.values()) job.close()
      jobs.clear()
      shared.close()
    },
  }
}
