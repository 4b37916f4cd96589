import type { Generated } from 'kysely'
import type { PriorityClass, SubmissionState, Verdict } from '../vocabulary.ts'
import type { ExtensionTable } from './course-tables.ts'
import type {
  CredentialDeliveryTable,
  EnrolmentCodeTable,
  EnrolmentDraftTable,
  EnrolmentTable,
  GuessTable,
} from './enrolment-tables.ts'
import type { GpuUseTable, WorkerTable } from './fleet-tables.ts'
import type { InvalidMessageTable, PauseTable } from './operations-tables.ts'
import type { BatchTable, RemarkTable, RemovedTable, TermTable } from './oversight-tables.ts'
import type { ServedTable } from './scale-tables.ts'
import type { AlarmTable, MappedRoleTable, NoticeTable } from './staff-tables.ts'

/**
 * The SQL schema as Kysely sees it. Times are milliseconds since the epoch on the database's clock, except
 * `submitted_at`, which is the platform's. Columns called `*_json` hold what core/records/json.ts describes.
 */
export interface Tables {
  submission: SubmissionTable
  attempt: AttemptTable
  delivery: DeliveryTable
  account: AccountTable
  credential: CredentialTable
  membership: MembershipTable
  identity: IdentityTable
  team: TeamTable
  audit: AuditTable
  lease: LeaseTable
  served: ServedTable
  extension: ExtensionTable
  remark: RemarkTable
  batch: BatchTable
  term: TermTable
  removed: RemovedTable
  enrolment: EnrolmentTable
  credential_delivery: CredentialDeliveryTable
  guess: GuessTable
  enrolment_code: EnrolmentCodeTable
  enrolment_draft: EnrolmentDraftTable
  pause: PauseTable
  invalid_message: InvalidMessageTable
  worker: WorkerTable
  gpu_use: GpuUseTable
  notice: NoticeTable
  alarm: AlarmTable
  mapped_role: MappedRoleTable
}

export interface SubmissionTable {
  id: string
  /** Platform + workspace + channel + message or interaction id: what makes a redelivered event find the first one. */
  event_key: string
  state: SubmissionState
  verdict: Verdict | null
  platform: string
  workspace: string
  channel: string
  account: string
  course: string
  assignment: string | null
  team: string | null
  queue: string
  priority: PriorityClass
  needs_json: string
  source_json: string
  /** Which process can fetch the source: `any`, `host:<name>`, `slack:<workspace>`, … */
  source_place: string
  staged_json: string | null
  /** Whether it counts for its assignment. */
  standing_json: string | null
  /** The submission this one repeats. */
  parent: string | null
  submitted_at: number
  received_at: number
  queued_at: number | null
  started_at: number | null
  finished_at: number | null
  /** Not to be claimed before; set by a retry's backoff. */
  available_at: number
  /** When a wake-up was last sent for it. */
  woken_at: number | null
  attempt: number
  hand_backs: number
  lease_owner: string | null
  lease_token: string | null
  lease_until: number | null
  cancel_requested_at: number | null
  cancelled_by: string | null
  result_json: string | null
  /** The member of staff who looks after its thread. */
  taken_by: string | null
  taken_name: string | null
  /** 0 while its message does not say so yet. */
  taken_shown: number | null
  /** 1 when its thread is complete. A release that knows no such column leaves it 0: the deliveries decide. */
  told: Generated<number>
}

export interface AttemptTable {
  submission: string
  number: number
  worker: string
  host: string
  started_at: number
  ended_at: number | null
  /** A verdict, or `handed-back`, `lease-lost`, `retried`. */
  outcome: string | null
  reason: string | null
}

export interface DeliveryTable {
  id: string
  submission: string
  purpose: string
  platform: string
  workspace: string
  channel: string
  state: 'sending' | 'sent' | 'failed'
  /** The platform's id of the message, once it is known. */
  message: string | null
  error: string | null
  tries: number
  created_at: number
  updated_at: number
}

export interface AccountTable {
  id: string
  username: string
  email: string | null
  first_name: string
  last_name: string
  affiliation: string
  created_at: number
  disabled_at: number | null
}

export interface CredentialTable {
  access_key: string
  account: string
  /** Peppered HMAC-SHA-256 of the secret key. */
  secret_hash: string
  created_at: number
  expires_at: number | null
  revoked_at: number | null
}

export interface MembershipTable {
  account: string
  course: string
  role: string
  team: string | null
  /** From then on it counts for nothing. */
  expires_at: number | null
}

export interface IdentityTable {
  platform: string
  workspace: string
  user: string
  account: string
  linked_at: number
}

export interface TeamTable {
  id: string
  course: string
  /** What memberships and submissions call it; see core/records/teams.ts for a name that is used again. */
  name: string
  created_at: number
  /** Lets somebody join. Null for a team of the roster. */
  code: string | null
  created_by: string | null
  /** It was a team of an earlier term, or everybody left. */
  closed_at: number | null
}

export interface AuditTable {
  id: string
  at: number
  actor: string
  action: string
  subject: string
  detail_json: string
}

/** Named leases: who renders a workspace, who sweeps, which host a SQLite file belongs to. */
export interface LeaseTable {
  name: string
  owner: string
  token: string
  until: number
}
