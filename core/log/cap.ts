/** What one submission's live log may hold; the oldest entries go first. Kept roughly, never exceeded by half. */
export interface LogCap {
  readonly entries: number
  readonly bytes: number
}

export const defaultLogCap: LogCap = { entries: 20_000, bytes: 16 << 20 }
