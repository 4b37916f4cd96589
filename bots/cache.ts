export interface CacheOptions {
  /** The oldest go first. */
  readonly entries: number
  readonly ms: number
}

/** Remembers so many answers for so long. */
export interface Cache<T> {
  get(key: string): T | undefined
  set(key: string, value: T): void
  delete(key: string): void
}

export function createCache<T>({ entries, ms }: CacheOptions): Cache<T> {
  const kept = new Map<string, { readonly value: T; readonly until: number }>()
  return {
    get(key) {
      const found = kept.get(key)
      if (found === undefined || found.until > performance.now()) return found?.value
      kept.delete(key)
      return undefined
    },
    set(key, value) {
      kept.delete(key)
      kept.set(key, { value, until: performance.now() + ms })
      const [oldest] = kept.keys()
      if (kept.size > entries && oldest !== undefined) kept.delete(oldest)
    },
    delete: (key) => void kept.delete(key),
  }
}
