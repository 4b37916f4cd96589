/** Where a value came from. */
export interface Origin {
  /** A file, or an environment variable. */
  readonly name: string
  /** 1-based; only in files. */
  readonly line?: number
}

/** A value that somebody wrote, before anything is known about its key. */
export interface Entry {
  readonly section: string
  readonly key: string
  /** A string, or a list or map of them. */
  readonly value: unknown
  readonly origin: Origin
}

export function keyOf({ section, key }: Pick<Entry, 'section' | 'key'>): string {
  return `${section}.${key}`
}
