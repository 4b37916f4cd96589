import { createBell } from '../../core/bell.ts'
import { whileHeld } from './lease.ts'
import { type ThreadOptions, threadDefaults } from './options.ts'
import { renderSession } from './session.ts'

/** The threads of one workspace. */
export interface Threads {
  /**
   * Renders while this process holds the workspace's lease, and waits for it otherwise, until `signal` aborts. Never
   * rejects for what the platform or the records do.
   */
  run(signal: AbortSignal): Promise<void>
  /** Something changed: looks at once rather than in a second. */
  poke(): void
}

export function createThreads(options: ThreadOptions): Threads {
  const bell = createBell()
  const { platform, workspace } = options.chat
  const hold = {
    leases: options.records.leases,
    name: `render:${platform}:${workspace}`,
    owner: options.owner,
    leaseMs: options.leaseMs ?? threadDefaults.leaseMs,
    logger: options.logger,
  }
  return {
    run: (signal) => whileHeld(hold, signal, (held) => renderSession(options, bell, held)),
    poke: bell.ring,
  }
}
