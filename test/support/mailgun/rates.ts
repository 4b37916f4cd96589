export interface Rate {
  readonly requests: number
  readonly perMs: number
}

export interface RateLimiter {
  /** 0 when the request may pass, else after how many milliseconds one may. */
  wait(): number
}

/** So many requests in any window of that length. */
export function createRateLimiter({ requests, perMs }: Rate): RateLimiter {
  let passed: number[] = []
  return {
    wait() {
      const now = performance.now()
      passed = passed.filter((at) => at > now - perMs)
      const [first] = passed
      if (first !== undefined && passed.length >= requests) return first + perMs - now
      passed.push(now)
      return 0
    },
  }
}
