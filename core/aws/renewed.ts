export interface RenewedOptions<Value> {
  readonly renew: () => Promise<Value>
  /** Milliseconds since the epoch. */
  readonly expiresAt: (value: Value) => number
  /** How long before its end a value is renewed. */
  readonly beforeMs: number
  /** How long to leave a renewal alone that failed while the old value still works. */
  readonly retryMs?: number
  readonly now?: () => number
}

/**
 * A function that gives a value which expires, renewed in time. Callers at once share one renewal. A renewal that fails
 * is overlooked as long as the old value works; then it rejects with that failure.
 */
export function createRenewed<Value>(options: RenewedOptions<Value>): () => Promise<Value> {
  const { renew, expiresAt, beforeMs, retryMs = 15_000, now = Date.now } = options
  let current: Value | undefined
  let renewal: Promise<Value> | undefined
  let notBefore = 0

  async function renewOnce(): Promise<Value> {
    try {
      current = await renew()
      return current
    } catch (error) {
      notBefore = now() + retryMs
      if (current !== undefined && expiresAt(current) > now()) return current
      throw error
    } finally {
      renewal = undefined
    }
  }

  return async () => {
    if (current !== undefined) {
      const leftMs = expiresAt(current) - now()
      if (leftMs > beforeMs || (leftMs > 0 && now() < notBefore)) return current
    }
    renewal ??= renewOnce()
    return await renewal
  }
}
