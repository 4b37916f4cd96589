import { setTimeout as delay } from 'node:timers/promises'

export interface LeaseKeeperOptions {
  readonly leaseMs: number
  /** False when the lease is gone. Rejecting counts as "not renewed, perhaps next time". */
  readonly renew: () => Promise<boolean>
  /** Ends the renewals; the lease is left as it is. */
  readonly signal: AbortSignal
}

export interface KeptLease {
  /** Aborts when the lease is lost: renewal was refused, or failed until the lease had run out by our own clock. */
  readonly lost: AbortSignal
}

/**
 * Renews a lease three times within its life. Resolves after the first renewal succeeded, so that nothing starts before
 * it; rejects when that one did not.
 */
export async function keepLease({ leaseMs, renew, signal }: LeaseKeeperOptions): Promise<KeptLease> {
  const lost = new AbortController()
  let safeUntil = performance.now() + leaseMs
  const renewOnce = async () => {
    // Counted from before the call: the database's clock starts no later than when the answer is on its way.
    const asked = performance.now()
    const held = await renew().catch(() => undefined)
    if (held === true) safeUntil = asked + leaseMs
    if (held === false) lost.abort(new LeaseLost())
    return held === true
  }
  if (!(await renewOnce())) throw new LeaseLost()
  void keepRenewing({ leaseMs, signal, lost, renewOnce, leftMs: () => safeUntil - performance.now() })
  return { lost: lost.signal }
}

export class LeaseLost extends Error {
  override readonly name = 'LeaseLost'

  constructor() {
    super('The lease was lost: another process may have taken over.')
  }
}

interface Renewals {
  readonly leaseMs: number
  readonly signal: AbortSignal
  readonly lost: AbortController
  readonly renewOnce: () => Promise<boolean>
  readonly leftMs: () => number
}

/** What is left of a lease when its holder must have stopped: time to kill a container. */
const marginShare = 0.2

async function keepRenewing({ leaseMs, signal, lost, renewOnce, leftMs }: Renewals): Promise<void> {
  const either = AbortSignal.any([signal, lost.signal])
  const expiry = setInterval(() => {
    if (leftMs() < leaseMs * marginShare) lost.abort(new LeaseLost())
  }, leaseMs / 20)
  expiry.unref()
  while (!either.aborted) {
    await delay(leaseMs / 3, undefined, { signal: either, ref: false }).catch(() => undefined)
    if (!either.aborted) await renewOnce()
  }
  clearInterval(expiry)
}
