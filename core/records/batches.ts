import { createHash } from 'node:crypto'
import type { Standing } from '../course/assignment.ts'
import type { SubmissionState, Verdict } from '../vocabulary.ts'
import { requestCancel } from './cancelling.ts'
import type { Database, Session } from './database.ts'
import { note } from './enrolment-audit.ts'
import { type NewSubmission, standingOf, toRow } from './intake.ts'
import { archivedTerm } from './terms.ts'

export interface NewBatch {
  readonly course: string
  readonly assignment: string
  /** The account of the member of staff. */
  readonly by: string
  /** Platform + workspace + channel + message or interaction id. */
  readonly eventKey: string
}

export interface Batch extends Omit<NewBatch, 'eventKey'> {
  readonly id: string
  /** How many runs it has. */
  readonly total: number
  readonly at: number
  readonly cancelledAt?: number
}

export interface BatchProgress {
  readonly waiting: number
  readonly running: number
  readonly finished: number
  readonly succeeded: number
}

/** Repeats a run. Its event key is made here, from the batch's id. */
export type BatchRun = Omit<NewSubmission, 'eventKey' | 'parent' | 'place'> & {
  readonly parent: string
  readonly standing: Standing | undefined
}

/** Many runs that staff start at once. Every change is one transaction, and audited. */
export interface Batches {
  /**
   * Receives the batch and all of its runs, or nothing of it. The same event starts one batch, however often it comes.
   * Rejects where the course's term is over, with what `termOver` makes.
   */
  start(batch: NewBatch, runs: readonly BatchRun[], termOver: () => Error): Promise<Batch>
  byId(id: string): Promise<Batch | undefined>
  /** Newest first. */
  ofCourse(course: string, limit: number): Promise<Batch[]>
  progress(id: string): Promise<BatchProgress>
  /** Ends what waits, and asks what runs to end. Returns how many it ended or asked. */
  cancel(id: string, by: string): Promise<number>
}

/** What the event keys of a batch's runs begin with. */
function batchEvent(id: string, run: string): string {
  return `batch:${id}:${run}`
}

export function createBatches(database: Database): Batches {
  return {
    start: (batch, runs, termOver) => database.write((session) => start(database, session, batch, runs, termOver)),
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

/** Rows of one statement: SQLite takes no more than 32,766 values. */
const rowsAtOnce = 200

async function start(
  database: Database,
  session: Session,
  { eventKey, ...batch }: NewBatch,
  runs: readonly BatchRun[],
  termOver: () => Error,
): Promise<Batch> {
  const { course, assignment, by } = batch
  if ((await archivedTerm(session, course)) !== undefined) throw termOver()
  const id = createHash('sha256').update(`batch ${eventKey}`).digest('hex').slice(0, 24)
  const values = { id, course, assignment, actor: by, total: runs.length, created_at: database.now }
  const row = await session
    .insertInto('batch')
    .values(values)
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returningAll()
    .executeTakeFirst()
  if (row === undefined) {
    return toBatch(await session.selectFrom('batch').selectAll().where('id', '=', id).executeTakeFirstOrThrow())
  }
  for (let first = 0; first < runs.length; first += rowsAtOnce) {
    const rows = runs.slice(first, first + rowsAtOnce).map(({ standing, ...run }, index) => ({
      // Nobody renders this place, so that a batch does not fill a channel with threads.
      ...toRow({
        ...run,
        eventKey: batchEvent(id, String(first + index)),
        place: { platform: 'shell', workspace: 'batch', channel: id },
      }),
      ...standingOf(standing),
      received_at: database.now,
    }))
    await session.insertInto('submission').values(rows).execute()
  }
  const detail = { course, assignment, total: runs.length }
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
