/** What only the staff of a course see of a submission. */
export interface RemarkTable {
  id: string
  submission: string
  course: string
  author: string
  text: string
  created_at: number
}

/** Many runs that a member of staff started at once. Its runs' event keys begin with `batch:<id>:`. */
export interface BatchTable {
  id: string
  course: string
  assignment: string
  actor: string
  /** How many runs it is to have. */
  total: number
  created_at: number
  cancelled_at: number | null
}

/** Courses whose term is over: they take nothing more. */
export interface TermTable {
  course: string
  archived_at: number
  archived_by: string
}

/** What retention has removed from the store already. */
export interface RemovedTable {
  submission: string
  /** `source` or `result`. */
  kind: string
  removed_at: number
}
