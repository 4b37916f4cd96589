import type { SubmissionLog } from '../log/log.ts'
import type { Metrics } from './metrics.ts'

/** The same live log, with how far it is behind the output. */
export function measureLog(bus: SubmissionLog, metrics: Metrics): SubmissionLog {
  return {
    ...bus,
    append: async (submission, entries) => {
      try {
        await bus.append(submission, entries)
      } catch (error) {
        metrics.logFailures.inc()
        throw error
      }
      const newest = entries.at(-1)?.pieces[0]?.at
      if (newest !== undefined) metrics.logLag.observe(Math.max(0, Date.now() - newest) / 1000)
    },
  }
}
