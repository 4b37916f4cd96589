import type { CorePool } from './core-pool.ts'
import type { Engine } from './docker-engine.ts'
import type { GpuAccess } from './docker-gpus.ts'
import type { Names } from './names.ts'

/** What every sandbox of one runner shares. */
export interface DockerSetup {
  readonly engine: Engine
  /** This host's name in the labels. */
  readonly owner: string
  readonly labelPrefix: string
  readonly names: Names
  readonly uid: number
  readonly gid: number
  readonly runtime?: string
  /** An engine's network without a way out, for runs that may have it. */
  readonly network?: string
  readonly gpus?: GpuAccess
  /** Where each run gets cores of its own. */
  readonly cores?: CorePool
  /** Folder for the build disks, which exists; without it `/build` is memory. */
  readonly scratch?: string
  /** PID 1's program on this host, where containers can mount it. Without it commands run by the engine's exec. */
  readonly init?: string
}
