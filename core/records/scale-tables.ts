import type { PriorityClass } from '../vocabulary.ts'

/** When a person's turn last was in a queue, for fairness: kept beside the submissions, which grow for ever. */
export interface ServedTable {
  queue: string
  course: string
  /** Empty: none. */
  team: string
  account: string
  priority: PriorityClass
  last_started_at: number
}
