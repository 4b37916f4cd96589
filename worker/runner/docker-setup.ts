import type { Engine } from './docker-engine.ts'

/** What every sandbox of one runner shares. */
export interface DockerSetup {
  readonly engine: Engine
  /** This host's name in the labels. */
  readonly owner: string
  readonly labelPrefix: string
  readonly uid: number
  readonly gid: number
  readonly runtime?: string
  /** Folder for the build disks, which exists; without it `/build` is memory. */
  readonly scratch?: string
  /** PID 1's program on this host, where containers can mount it. Without it commands run by the engine's exec. */
  readonly init?: string
}
