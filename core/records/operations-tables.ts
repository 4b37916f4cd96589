/** A queue from which nothing is claimed. `*` is all of them. */
export interface PauseTable {
  queue: string
  paused_at: number
  actor: string
  reason: string
}

/** A message of the broker that fits no schema. */
export interface InvalidMessageTable {
  id: string
  queue: string
  problem: string
  /** Its beginning. */
  body: string
  received_at: number
}
