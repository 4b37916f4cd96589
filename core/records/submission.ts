import type { Selectable } from 'kysely'
import type { Standing } from '../course/assignment.ts'
import {
  type Needs,
  needsSchema,
  type Platform,
  type PriorityClass,
  platforms,
  type SourceRequest,
  type SubmissionState,
  sourceRequestSchema,
  type Verdict,
} from '../vocabulary.ts'
import { type Result, resultSchema, type StagedSource, stagedSourceSchema, standingSchema } from './json.ts'
import type { SubmissionTable } from './tables.ts'
import type { Holder } from './takeovers.ts'

/** Where a submission was asked for, and so where its thread is. */
export interface Place {
  readonly platform: Platform
  readonly workspace: string
  readonly channel: string
}

/** A submission as everybody but this folder sees it. Times are milliseconds since the epoch. */
export interface Submission {
  readonly id: string
  readonly state: SubmissionState
  /** Set exactly when `state` is `finished`. */
  readonly verdict?: Verdict
  readonly place: Place
  readonly account: string
  readonly course: string
  readonly assignment?: string
  readonly team?: string
  readonly queue: string
  readonly priority: PriorityClass
  readonly needs: Needs
  readonly source: SourceRequest
  readonly staged?: StagedSource
  /** Whether it counts for `assignment`. Absent where the course knows no such assignment. */
  readonly standing?: Standing
  readonly parent?: string
  readonly submittedAt: number
  readonly receivedAt: number
  readonly queuedAt?: number
  readonly startedAt?: number
  readonly finishedAt?: number
  readonly availableAt: number
  /** 0 until it was claimed for the first time. */
  readonly attempt: number
  /** Attempts that ended without fault of anybody: a worker that shut down. */
  readonly handBacks: number
  readonly cancelRequested: boolean
  readonly cancelledBy?: string
  readonly result?: Result
  /** The member of staff who looks after its thread. */
  readonly holder?: Holder
  /** Who that is has changed, and its message does not say so yet. */
  readonly holderIsNews?: true
}

export function toSubmission(row: Selectable<SubmissionTable>): Submission {
  return {
    ...identityOf(row),
    ...progressOf(row),
    ...holderOf(row),
    ...optional('staged', row.staged_json, (text) => stagedSourceSchema.parse(JSON.parse(text))),
    ...optional('standing', row.standing_json, (text) => standingSchema.parse(JSON.parse(text))),
    ...optional('result', row.result_json, (text) => resultSchema.parse(JSON.parse(text))),
  }
}

function identityOf(row: Selectable<SubmissionTable>) {
  return {
    id: row.id,
    place: { platform: toPlatform(row.platform), workspace: row.workspace, channel: row.channel },
    account: row.account,
    course: row.course,
    queue: row.queue,
    priority: row.priority,
    needs: needsSchema.parse(JSON.parse(row.needs_json)),
    source: sourceRequestSchema.parse(JSON.parse(row.source_json)),
    ...optional('assignment', row.assignment),
    ...optional('team', row.team),
    ...optional('parent', row.parent),
  }
}

function progressOf(row: Selectable<SubmissionTable>) {
  return {
    state: row.state,
    submittedAt: row.submitted_at,
    receivedAt: row.received_at,
    availableAt: row.available_at,
    attempt: row.attempt,
    handBacks: row.hand_backs,
    cancelRequested: row.cancel_requested_at !== null,
    ...optional('verdict', row.verdict),
    ...optional('queuedAt', row.queued_at),
    ...optional('startedAt', row.started_at),
    ...optional('finishedAt', row.finished_at),
    ...optional('cancelledBy', row.cancelled_by),
  }
}

function holderOf({ taken_by, taken_name, taken_shown }: Selectable<SubmissionTable>) {
  return {
    ...optional('holder', taken_by, (account) => ({ account, name: taken_name ?? '' })),
    ...(taken_shown === 0 ? { holderIsNews: true as const } : {}),
  }
}

function toPlatform(text: string): Platform {
  const platform = platforms.find((known) => known === text)
  if (platform === undefined) throw new Error(`The records hold a submission of the unknown platform ${text}`)
  return platform
}

function optional<K extends string, V>(key: K, value: V | null): { [P in K]?: V }
function optional<K extends string, V, W>(key: K, value: V | null, convert: (value: V) => W): { [P in K]?: W }
function optional(key: string, value: unknown, convert = (same: unknown) => same) {
  return value === null ? {} : { [key]: convert(value) }
}
