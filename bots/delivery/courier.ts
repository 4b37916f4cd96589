import { createBell } from '../../core/bell.ts'
import { describeError } from '../../core/logger/describe-error.ts'
import { whileHeld } from '../thread/lease.ts'
import { deliverDirectly, settleMessages } from './direct-messages.ts'
import { workOnDraft } from './drafts.ts'
import { type CourierOptions, courierDefaults } from './options.ts'

/** Brings keys to people in one workspace, and enrols the rosters that were confirmed there. */
export interface Courier {
  /**
   * Works while this process holds the workspace's lease, and waits for it otherwise, until `signal` aborts. Never
   * rejects for what the platform or the records do.
   */
  run(signal: AbortSignal): Promise<void>
  /** Something changed: looks at once. */
  poke(): void
}

export function createCourier(options: CourierOptions): Courier {
  const bell = createBell()
  const { chat, owner, logger, records, pollMs = courierDefaults.pollMs } = options
  const name = `courier:${chat.platform}:${chat.workspace}`
  const hold = { leases: records.leases, name, owner, leaseMs: options.leaseMs ?? courierDefaults.leaseMs, logger }

  async function work(held: AbortSignal): Promise<void> {
    while (!held.aborted) {
      const busy = await round(options, held)
      if (!busy) await bell.wait({ ms: pollMs, signal: held })
    }
  }

  return { run: (signal) => whileHeld(hold, signal, work), poke: bell.ring }
}

/** Answers whether there may be more to do at once. A part that fails must not keep the others from their work. */
async function round(options: CourierOptions, held: AbortSignal): Promise<boolean> {
  const { records, logger } = options
  const parts = {
    'enrol a roster': () => workOnDraft(options, held),
    'bring keys': () => deliverDirectly(options, held),
    'say what became of keys': () => settleMessages(options, held),
    'move keys that wait too long': async () => (await records.enrolment.deliveries.reveals.moveOverdue()) > 0,
  }
  let busy = false
  for (const [doing, part] of Object.entries(parts)) {
    if (held.aborted) return false
    try {
      if (await part()) busy = true
    } catch (error) {
      if (!held.aborted) logger.warn({ err: describeError(error) }, `could not ${doing}`)
    }
  }
  return busy
}
