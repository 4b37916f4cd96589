/** A later deadline for one person or one team; times as in core/records/tables.ts. Rows are only ever added. */
export interface ExtensionTable {
  id: string
  course: string
  assignment: string
  /** Exactly one of the two is set. */
  account: string | null
  team: string | null
  until_at: number
  reason: string
  /** Who of the staff gave it. */
  actor: string
  created_at: number
}
