import { sql } from 'kysely'
import type { Standing } from '../course/assignment.ts'
import type { PinnedSource } from '../source/source.ts'
import {
  type Needs,
  newSubmissionId,
  type PriorityClass,
  type SourceRequest,
  sourceRequestSchema,
} from '../vocabulary.ts'
import { type AdmissionFacts, admissionFacts } from './admission-facts.ts'
import type { Database, Session } from './database.ts'
import type { Result, StagedSource } from './json.ts'
import { changed, leaseFor, noLease, type WorkLease, whereLeased } from './leasing.ts'
import { type Place, type Submission, toSubmission } from './submission.ts'
import { supersede } from './superseding.ts'

export interface NewSubmission {
  /** Finds the first one again when the platform repeats the event. */
  readonly eventKey: string
  readonly place: Place
  readonly account: string
  readonly course: string
  readonly assignment?: string
  readonly team?: string
  readonly queue: string
  readonly priority: PriorityClass
  readonly source: SourceRequest
  /** Which process can fetch the source: `any`, `host:<name>`, `slack:<workspace>`, … */
  readonly sourcePlace: string
  readonly parent?: string
  /** The platform's time of the event, in milliseconds since the epoch. */
  readonly submittedAt: number
  /** Ends what the person still has waiting for the same assignment. Absent: it does not. */
  readonly supersedes?: boolean
}

/** `undefined` for what belongs to no assignment that the course knows. */
export type Admit = (facts: AdmissionFacts) => Standing | undefined

export interface StagingWork {
  readonly submission: Submission
  readonly lease: WorkLease
}

/** From the promise to the queue. Every method is one transaction. */
export interface Intake {
  /**
   * Records a submission, or finds the one that the same event made before. `admit` throws a `Refusal` to keep it out,
   * or says whether it counts for its assignment; it is not asked about a repeated event.
   */
  receive(
    submission: NewSubmission,
    admit: Admit,
  ): Promise<{ readonly submission: Submission; readonly repeated: boolean }>
  /** The oldest submission that waits to be staged (or whose stager died) at one of these places. */
  claimStaging(options: {
    readonly owner: string
    readonly leaseMs: number
    readonly places: readonly string[]
  }): Promise<StagingWork | undefined>
  /** Keeps which commit was meant, so that staging again fetches the same. False when the lease is gone. */
  pin(lease: WorkLease, pinned: PinnedSource): Promise<boolean>
  /** `staging` → `queued`, with another standing where staging found that it does not count after all. False when the lease is gone or the person cancelled. */
  enqueue(
    lease: WorkLease,
    staged: StagedSource,
    target: { readonly queue: string; readonly needs: Needs; readonly standing?: Standing },
  ): Promise<boolean>
  /** `staging` → `finished`, without ever having run. False when the lease is gone. */
  end(lease: WorkLease, verdict: 'refused' | 'system-error', result: Result): Promise<boolean>
  /** `staging` → `received`, to be staged again after a while. */
  postpone(lease: WorkLease, delayMs: number): Promise<boolean>
}

export function createIntake(database: Database): Intake {
  return {
    receive: (submission, admit) => database.write((session) => receive(database, session, submission, admit)),
    claimStaging: (options) => database.write((session) => claimStaging(database, session, options)),
    pin: (lease, pinned) => database.write((session) => pin(database, session, lease, pinned)),
    enqueue: (lease, staged, target) =>
      database.write((session) =>
        changed(
          whereLeased(database, session, lease)
            .where('cancel_requested_at', 'is', null)
            .set({
              ...noLease,
              state: 'queued',
              queue: target.queue,
              needs_json: JSON.stringify(target.needs),
              staged_json: JSON.stringify(staged),
              ...standingOf(target.standing),
              queued_at: database.now,
              available_at: 0,
              woken_at: null,
            }),
        ),
      ),
    end: (lease, verdict, result) =>
      database.write((session) =>
        changed(
          whereLeased(database, session, lease).set({
            ...noLease,
            state: 'finished',
            verdict,
            finished_at: database.now,
            result_json: JSON.stringify(result),
          }),
        ),
      ),
    postpone: (lease, delayMs) =>
      database.write((session) =>
        changed(
          whereLeased(database, session, lease).set({
            ...noLease,
            state: 'received',
            available_at: sql<number>`${database.now} + ${delayMs}`,
          }),
        ),
      ),
  }
}

async function receive(database: Database, session: Session, submission: NewSubmission, admit: Admit) {
  const { account, course, team, assignment } = submission
  await database.lock(session, `receive:${account}`)
  // Quotas of a team are everybody's in it.
  if (team !== undefined && assignment !== undefined) await database.lock(session, `receive:${course}/${team}`)
  const first = await findByEvent(session, submission.eventKey)
  if (first !== undefined) return { submission: toSubmission(first), repeated: true }
  const fresh = toRow(submission)
  // What ends with this does not count as waiting; whoever is refused keeps it.
  if (submission.supersedes) await supersede(database, session, { ...submission, id: fresh.id })
  const standing = admit(await admissionFacts(database, session, submission))
  const inserted = await session
    .insertInto('submission')
    .values({ ...fresh, ...standingOf(standing), received_at: database.now })
    .onConflict((conflict) => conflict.column('event_key').doNothing())
    .returningAll()
    .executeTakeFirst()
  const row = inserted ?? (await findByEvent(session, submission.eventKey))
  if (row === undefined)
    throw new Error(`The submission of event ${submission.eventKey} was neither inserted nor found`)
  return { submission: toSubmission(row), repeated: inserted === undefined }
}

async function pin(database: Database, session: Session, lease: WorkLease, pinned: PinnedSource): Promise<boolean> {
  const row = await session
    .selectFrom('submission')
    .select('source_json')
    .where('id', '=', lease.submission)
    .executeTakeFirst()
  const source = row === undefined ? undefined : sourceRequestSchema.parse(JSON.parse(row.source_json))
  if (source?.kind !== 'git') return false
  const source_json = JSON.stringify({ ...source, ...pinned })
  return changed(whereLeased(database, session, lease).set({ source_json }))
}

function findByEvent(session: Session, eventKey: string) {
  return session.selectFrom('submission').selectAll().where('event_key', '=', eventKey).executeTakeFirst()
}

export function standingOf(standing: Standing | undefined) {
  return standing === undefined ? {} : { standing_json: JSON.stringify(standing) }
}

export function toRow({ place, source, eventKey, sourcePlace, submittedAt, ...rest }: NewSubmission) {
  return {
    id: newSubmissionId(),
    event_key: eventKey,
    state: 'received' as const,
    platform: place.platform,
    workspace: place.workspace,
    channel: place.channel,
    account: rest.account,
    course: rest.course,
    assignment: rest.assignment ?? null,
    team: rest.team ?? null,
    queue: rest.queue,
    priority: rest.priority,
    parent: rest.parent ?? null,
    needs_json: '{}',
    source_json: JSON.stringify(source),
    source_place: sourcePlace,
    submitted_at: submittedAt,
    available_at: 0,
    attempt: 0,
    hand_backs: 0,
  }
}

async function claimStaging(
  database: Database,
  session: Session,
  { owner, leaseMs, places }: { owner: string; leaseMs: number; places: readonly string[] },
): Promise<StagingWork | undefined> {
  await database.lock(session, 'claim-staging')
  const next = await session
    .selectFrom('submission')
    .select('id')
    .where('source_place', 'in', places)
    .where((build) =>
      build.or([
        build.and([build('state', '=', 'received'), build('available_at', '<=', database.now)]),
        build.and([build('state', '=', 'staging'), build('lease_until', '<=', database.now)]),
      ]),
    )
    .orderBy('received_at')
    .limit(1)
    .executeTakeFirst()
  if (next === undefined) return undefined
  const row = await session
    .updateTable('submission')
    .set({ state: 'staging', ...leaseFor(database, owner, leaseMs) })
    .where('id', '=', next.id)
    .returningAll()
    .executeTakeFirstOrThrow()
  return {
    submission: toSubmission(row),
    lease: { submission: row.id, attempt: row.attempt, token: row.lease_token ?? '' },
  }
}
