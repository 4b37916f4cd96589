import type { Config } from '../../core/config/schema.ts'
import { type Retention, runRetention } from '../../core/oversight/retention.ts'
import type { Deployment } from './deployment.ts'

const everyMs = 3_600_000
const dayMs = 24 * everyMs

/**
 * Deletes what is older than the configuration allows, until `signal` aborts. Any number of processes may do it; no worker
 * does, whose role on Amazon deletes nothing.
 */
export async function runRetentionRole(deployment: Deployment, signal: AbortSignal): Promise<void> {
  const { records, store, log, config } = deployment
  await runRetention({ records, store, log, everyMs, retention: retentionOf(config), now: Date.now }, signal)
}

export function retentionOf({ retention }: Config): Retention {
  const { source_days, result_days } = retention
  return {
    ...(source_days === 0 ? {} : { sourceMs: source_days * dayMs }),
    ...(result_days === 0 ? {} : { resultMs: result_days * dayMs }),
  }
}
