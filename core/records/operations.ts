import { sql } from 'kysely'
import { newSubmissionId } from '../vocabulary.ts'
import type { Database, Session } from './database.ts'
import { type Submission, toSubmission } from './submission.ts'

/** One queue at one moment. */
export interface QueueState {
  readonly queue: string
  /** Promised, and not yet in the queue. */
  readonly staging: number
  readonly waiting: number
  readonly running: number
  /** How long the first of those that wait has waited, in milliseconds. 0 when none waits. */
  readonly oldestMs: number
}

/** A message that fits no schema. It held no work: the records do. */
export interface InvalidMessage {
  readonly id: string
  readonly queue: string
  readonly problem: string
  /** Its beginning, hostile. */
  readonly body: string
  readonly receivedAt: number
}

/** What staff ask and workers report, across all queues. */
export interface Operations {
  /** Queues in which something is not finished, by name. */
  queues(): Promise<QueueState[]>
  /** Those that ended as `system-error` and were not run again, newest first. */
  failedByUs(limit: number): Promise<Submission[]>
  /** What runs in one queue or in all: ids, the one that started first first. */
  running(queue: string | undefined, limit: number): Promise<string[]>
  /** Keeps a message for staff; of very many, the newest ones. Answers its id. */
  putAside(message: Pick<InvalidMessage, 'queue' | 'problem' | 'body'>): Promise<string>
  /** Newest first. */
  invalidMessages(limit: number): Promise<InvalidMessage[]>
  /** Takes a message off the list; `undefined` when there is none of that id. */
  dropMessage(id: string): Promise<InvalidMessage | undefined>
}

/** Whoever can send messages could fill the disk with them. */
const mostMessages = 1000
const bodyCharacters = 500

export function createOperations(database: Database): Operations {
  return {
    queues: () => database.read((session) => queues(database, session)),
    failedByUs: (limit) => database.read((session) => failedByUs(session, limit)),
    running: (queue, limit) => database.read((session) => running(session, queue, limit)),
    putAside: (message) => database.write((session) => putAside(database, session, message)),
    invalidMessages: (limit) =>
      database.read(async (session) => {
        const rows = await session
          .selectFrom('invalid_message')
          .selectAll()
          .orderBy('received_at', 'desc')
          .limit(limit)
          .execute()
        return rows.map(toMessage)
      }),
    dropMessage: (id) =>
      database.write(async (session) => {
        const row = await session.deleteFrom('invalid_message').where('id', '=', id).returningAll().executeTakeFirst()
        return row === undefined ? undefined : toMessage(row)
      }),
  }
}

function toMessage({ received_at, ...message }: { received_at: number } & Omit<InvalidMessage, 'receivedAt'>) {
  return { ...message, receivedAt: received_at }
}

async function queues(database: Database, session: Session): Promise<QueueState[]> {
  const rows = await session
    .selectFrom('submission')
    .select('queue')
    .select(sql<number>`sum(case when state in ('received', 'staging') then 1 else 0 end)`.as('staging'))
    .select(sql<number>`sum(case when state = 'queued' then 1 else 0 end)`.as('waiting'))
    .select(sql<number>`sum(case when state = 'running' then 1 else 0 end)`.as('running'))
    .select(sql<number | null>`${database.now} - min(case when state = 'queued' then queued_at end)`.as('oldestMs'))
    .where('state', 'in', ['received', 'staging', 'queued', 'running'])
    .groupBy('queue')
    .orderBy('queue')
    .execute()
  return rows.map(({ queue, staging, waiting, running, oldestMs }) => ({
    queue,
    staging: Number(staging),
    waiting: Number(waiting),
    running: Number(running),
    oldestMs: Math.max(0, Number(oldestMs ?? 0)),
  }))
}

async function failedByUs(session: Session, limit: number): Promise<Submission[]> {
  const rows = await session
    .selectFrom('submission as dead')
    .selectAll('dead')
    .where('dead.verdict', '=', 'system-error')
    .where((build) =>
      build.not(
        build.exists(
          build.selectFrom('submission as child').select('child.id').whereRef('child.parent', '=', 'dead.id'),
        ),
      ),
    )
    .orderBy('dead.finished_at', 'desc')
    .limit(limit)
    .execute()
  return rows.map(toSubmission)
}

async function running(session: Session, queue: string | undefined, limit: number): Promise<string[]> {
  const all = session.selectFrom('submission').select('id').where('state', '=', 'running')
  const wanted = queue === undefined ? all : all.where('queue', '=', queue)
  const rows = await wanted.orderBy('started_at').limit(limit).execute()
  return rows.map(({ id }) => id)
}

async function putAside(
  database: Database,
  session: Session,
  { queue, problem, body }: Pick<InvalidMessage, 'queue' | 'problem' | 'body'>,
): Promise<string> {
  const id = newSubmissionId()
  const row = { id, queue, problem: problem.slice(0, bodyCharacters), body: body.slice(0, bodyCharacters) }
  // PostgreSQL's text holds no NUL.
  const clean = { ...row, body: row.body.replaceAll('\0', '\uFFFD'), problem: row.problem.replaceAll('\0', '\uFFFD') }
  await session
    .insertInto('invalid_message')
    .values({ ...clean, received_at: database.now })
    .execute()
  const oldest = await session
    .selectFrom('invalid_message')
    .select('received_at')
    .orderBy('received_at', 'desc')
    .offset(mostMessages)
    .limit(1)
    .executeTakeFirst()
  if (oldest !== undefined)
    await session.deleteFrom('invalid_message').where('received_at', '<=', oldest.received_at).execute()
  return id
}
