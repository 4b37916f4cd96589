/** Something that the course staff are told in one workspace, once. */
export interface NoticeTable {
  id: string
  platform: string
  workspace: string
  /** What it is about: `failed:<submission>`, … */
  key: string
  kind: string
  text: string
  submission: string | null
  course: string | null
  happened_at: number
  /** The message it goes out in, with others of its kind; its delivery's `submission`. */
  post: string | null
  channel: string | null
  bundled_at: number | null
}

/** A part of a host that is not well, or was not. */
export interface AlarmTable {
  host: string
  name: string
  problem: string
  since: number
  cleared_at: number | null
}

/** What somebody is in a course because of a group or a role in their chat, until then. */
export interface MappedRoleTable {
  platform: string
  workspace: string
  user: string
  course: string
  account: string
  role: string
  until: number
}
