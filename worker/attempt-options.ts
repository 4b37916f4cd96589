import type { Logger } from 'pino'
import type { SubmissionLog } from '../core/log/log.ts'
import type { Result } from '../core/records/json.ts'
import type { Records } from '../core/records/records.ts'
import type { Redactor } from '../core/secret/redact.ts'
import type { Store } from '../core/store/store.ts'
import type { Artefacts } from '../core/submission/artefacts.ts'
import type { Verdict } from '../core/vocabulary.ts'
import type { EnvironmentOptions } from './environment.ts'
import type { GpuPool } from './gpus/gpu-pool.ts'
import type { ImageSupply } from './provide-image.ts'
import type { RunLimits, Runner } from './runner/runner.ts'

export interface AttemptOptions {
  readonly records: Records
  readonly store: Store
  readonly bus: SubmissionLog
  readonly runner: Runner
  /** Absent where the runner has no images. */
  readonly images?: ImageSupply
  /** Absent on a host without GPUs. */
  readonly gpus?: GpuPool
  /** Keeps the configuration's secrets out of everything a run prints. */
  readonly redactor?: Redactor
  readonly artefacts: Artefacts
  readonly log: Logger
  /** This process: `<host>/<pid>/<random>`. */
  readonly worker: string
  readonly host: string
  /** A folder on this host's disk for spools. */
  readonly scratch: string
  readonly leaseMs: number
  readonly maxAttempts: number
  /** Wait before the second attempt, in milliseconds; it doubles with each one. */
  readonly backoffMs: number
  /** The bounds of this host; a build file may only ask for less. */
  readonly limits: RunLimits
  readonly environment: EnvironmentOptions
  readonly result: { readonly maxBytes: number; readonly maxEntries: number }
}

/** How one attempt ended. */
export interface Ending {
  readonly verdict: Verdict
  readonly result: Result
}
