import { type Bell, createBell } from '../../core/bell.ts'
import { runStaffChannel, type StaffChannelOptions } from '../staff/staff-channel.ts'
import { whileHeld } from './lease.ts'
import { threadDefaults } from './options.ts'
import { renderSession } from './session.ts'

/** The threads of one workspace, and what its staff are told. */
export interface Threads {
  /**
   * Renders while this process holds the workspace's lease, and waits for it otherwise, until `signal` aborts. Never
   * rejects for what the platform or the records do.
   */
  run(signal: AbortSignal): Promise<void>
  /** Something changed: looks at once rather than in a second. */
  poke(): void
}

export function createThreads(options: StaffChannelOptions): Threads {
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
    run: (signal) => whileHeld(hold, signal, (held) => render(options, bell, held)),
    poke: bell.ring,
  }
}

async function render(options: StaffChannelOptions, bell: Bell, held: AbortSignal): Promise<void> {
  await Promise.all([renderSession(options, bell, held), runStaffChannel(options, held)])
}
