import type { Runs } from '../records/runs.ts'
import type { Metrics } from './metrics.ts'

/** The same records, with every claim and every ending counted. */
export function measureRuns(runs: Runs, metrics: Metrics): Runs {
  return {
    ...runs,
    claim: async (options) => {
      const claimed = await runs.claim(options)
      const { attempt, queuedAt, startedAt } = claimed?.submission ?? {}
      if (attempt === 1 && queuedAt !== undefined && startedAt !== undefined)
        metrics.queueWait.observe(Math.max(0, startedAt - queuedAt) / 1000)
      return claimed
    },
    finish: async (lease, verdict, result) => {
      const done = await runs.finish(lease, verdict, result)
      if (done) metrics.verdicts.inc({ verdict })
      else metrics.leaseLosses.inc()
      return done
    },
    retry: async (lease, options) => {
      const outcome = await runs.retry(lease, options)
      if (outcome === 'queued') metrics.retries.inc({ reason: options.reason })
      else if (outcome === 'given-up') metrics.verdicts.inc({ verdict: 'system-error' })
      else metrics.leaseLosses.inc()
      return outcome
    },
    handBack: async (lease) => {
      const done = await runs.handBack(lease)
      if (done) metrics.handBacks.inc()
      return done
    },
  }
}
