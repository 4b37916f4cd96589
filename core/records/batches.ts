import { newSubmissionId, type SubmissionState, type Verdict } from '../vocabulary.ts'
import { requestCancel } from './cancelling.ts'
import type { Database, Session } from './database.ts'
import { note } from './enrolment-audit.ts'

export interface NewBatch {
  readonly course: string
  readonly assignment: string
  /** The account of the member of staff. */
  readonly by: string
  /** How many runs it is to have. */
  readonly total: number
}

export interface Batch extends NewBatch {
  readonly id: string
  readonly at: number
  readonly cancelledAt?: number
}

export interface BatchProgress {
  /** Runs that were received so far. */
  readonly received: number
  readonly waiting: number
  readonly running: number
  readonly finished: number
  readonly succeeded: number
}

/** Many runs that staff start at once. Every change is one transaction, and audited. */
export interface Batches {
  start(batch: NewBatch): Promise<Batch>
  byId(id: string): Promise<Batch | undefined>
  /** Newest first. */
  ofCourse(course: string, limit: number): Promise<Batch[]>
  progress(id: string): Promise<BatchProgress>
  /** Ends what waits, asks what runs to end, and keeps further runs out. Returns how many it ended or asked. */
  cancel(id: string, by: string): Promise<number>
}

/** What the event keys of a batch's runs begin with. */
export function batchEvent(id: string, run: string): string {
  return `batch:${id}:${run}`
}

export function createBatches(database: Database): Batches {
  return {
    start: (batch) => database.write((session) => start(database, session, batch)),
    byId: (id) =>
      database.read(async (session) => {
        const row = await session.selectFrom('batch').selectAll().where('id', '=', id).executeTakeFirst()
        return row && toBatch(row)
      }),
    ofCourse: (course, limit) =>
      database.read(async (session) => {
        const query = session.selectFrom('batch').selectAll().where('course', '=', course)
        const rows = await query.orderBy('created_at', 'desc').orderBy('id').limit(limit).execute()
        return rows.map(toBatch)
      }),
    progress: (id) => database.read((session) => progressOf(session, id)),
    cancel: (id, by) => database.write((session) => cancel(database, session, id, by)),
  }
}

async function start(database: Database, session: Session, batch: NewBatch): Promise<Batch> {
  const { course, assignment, by, total } = batch
  const id = newSubmissionId()
  const values = { id, course, assignment, actor: by, total, created_at: database.now }
  const row = await session.insertInto('batch').values(values).returningAll().executeTakeFirstOrThrow()
  const detail = { course, assignment, total }
  await note(database, session, [{ actor: by, action: 'batch.start', subject: id, detail }])
  return toBatch(row)
}

interface BatchRow {
  id: string
  course: string
  assignment: string
  actor: string
  total: number
  created_at: number
  cancelled_at: number | null
}

function toBatch({ id, course, assignment, actor, total, created_at, cancelled_at }: BatchRow): Batch {
  const cancelled = cancelled_at === null ? {} : { cancelledAt: cancelled_at }
  return { id, course, assignment, by: actor, total: Number(total), at: created_at, ...cancelled }
}

/** `;` is the character behind `:`, so these are all keys that begin with the batch's. */
function runsOf(session: Session, id: string) {
  return session
    .selectFrom('submission')
    .where('event_key', '>=', batchEvent(id, ''))
    .where('event_key', '<', `batch:${id};`)
}

async function progressOf(session: Session, id: string): Promise<BatchProgress> {
  const rows = await runsOf(session, id)
    .select(['state', 'verdict'])
    .select((build) => build.fn.countAll<number>().as('count'))
    .groupBy(['state', 'verdict'])
    .execute()
  const sum = (matches: (row: { state: SubmissionState; verdict: Verdict | null }) => boolean) =>
    rows.reduce((total, row) => total + (matches(row) ? Number(row.count) : 0), 0)
  return {
    received: sum(() => true),
    waiting: sum(({ state }) => state === 'received' || state === 'staging' || state === 'queued'),
    running: sum(({ state }) => state === 'running'),
    finished: sum(({ state }) => state === 'finished'),
    succeeded: sum(({ verdict }) => verdict === 'succeeded'),
  }
}

async function cancel(database: Database, session: Session, id: string, by: string): Promise<number> {
  await session
    .updateTable('batch')
    .set({ cancelled_at: database.now })
    .where('id', '=', id)
    .where('cancelled_at', 'is', null)
    .execute()
  const live = await runsOf(session, id).select('id').where('state', '!=', 'finished').execute()
  for (const run of live) await requestCancel(database, session, run.id, by)
  await note(database, session, [{ actor: by, action: 'batch.cancel', subject: id, detail: { runs: live.length } }])
  return live.length
}
