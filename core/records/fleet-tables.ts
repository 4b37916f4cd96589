/** A worker process that announced itself. Times as in core/records/tables.ts. */
export interface WorkerTable {
  /** `<host>/<pid>/<random>` */
  name: string
  host: string
  /** The queues it serves, between blanks, with one in front and one behind. */
  queues: string
  slots: number
  /** What core/records/fleet.ts describes. */
  capabilities_json: string
  seen_at: number
  /** Alive until then, unless it announces itself again. */
  until: number
}

/** A GPU that an attempt has, or had. Held while `released_at` is null. */
export interface GpuUseTable {
  submission: string
  attempt: number
  host: string
  uuid: string
  /** Whose minutes they are. */
  course: string
  team: string | null
  account: string
  taken_at: number
  /** Prolonged with the attempt's lease. */
  until: number
  released_at: number | null
}
