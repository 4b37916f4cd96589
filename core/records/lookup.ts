import { type Selectable, type SelectQueryBuilder, sql } from 'kysely'
import type { SubmissionState } from '../vocabulary.ts'
import type { Database, Session } from './database.ts'
import { lastPurpose } from './deliveries.ts'
import { type QueueLanes, readLanes, readPlaces, type WaitingPlace } from './lanes.ts'
import { type Submission, toSubmission } from './submission.ts'
import type { SubmissionTable, Tables } from './tables.ts'

/** Who asks: only their own, or their team's, in one course. */
export interface Owner {
  readonly account: string
  readonly course?: string
  readonly team?: string
}

/** Reading, never changing. Newest first unless said otherwise. */
export interface Lookup {
  byId(id: string): Promise<Submission | undefined>
  /** Those whose id starts so; at most `limit`. */
  byPrefix(prefix: string, limit: number): Promise<Submission[]>
  byEvent(eventKey: string): Promise<Submission | undefined>
  /** The person's own and their team's. */
  history(owner: Owner, limit: number): Promise<Submission[]>
  /** Not finished yet, the person's own and their team's. */
  unfinished(owner: Owner, limit: number): Promise<Submission[]>
  running(queue: string, limit: number): Promise<Submission[]>
  /** Waiting in a queue, in the order they were queued. */
  places(queue: string, limit: number): Promise<WaitingPlace[]>
  lanes(queue: string): Promise<QueueLanes>
  /** Whether somebody holds the lease of this very attempt now; 0 is staging. */
  isLeased(submission: string, attempt: number): Promise<boolean>
  /** Run times in milliseconds of the last runs of a queue that ended with a result of the student's. */
  recentRunMs(queue: string, limit: number): Promise<number[]>
  /** Submissions of a workspace that its bot still owes something: not finished, or finished and not yet told. */
  owed(workspace: Workspace, limit: number): Promise<Submission[]>
}

/** One installation of a bot: a Slack workspace, a Discord server, a terminal. */
export interface Workspace {
  readonly platform: string
  readonly workspace: string
}

type Query = SelectQueryBuilder<Tables, 'submission', Selectable<SubmissionTable>>

export function createLookup(database: Database): Lookup {
  const list = (narrow: (query: Query) => Query) =>
    database.read(async (session) => {
      const rows = await narrow(session.selectFrom('submission').selectAll('submission')).execute()
      return rows.map(toSubmission)
    })
  const one = async (narrow: (query: Query) => Query) => (await list((query) => narrow(query).limit(1)))[0]
  return {
    byId: (id) => one((query) => query.where('id', '=', id)),
    // Ids are hex, so `g` sorts behind every one that starts with the prefix.
    byPrefix: (prefix, limit) =>
      list((query) => query.where('id', '>=', prefix).where('id', '<', `${prefix}g`).limit(limit)),
    byEvent: (eventKey) => one((query) => query.where('event_key', '=', eventKey)),
    history: (owner, limit) => list((query) => newestFirst(ownedBy(query, owner), limit)),
    unfinished: (owner, limit) =>
      list((query) => newestFirst(ownedBy(query, owner).where('state', '!=', 'finished'), limit)),
    running: (queue, limit) => list((query) => inQueue(query, queue, 'running').orderBy('started_at').limit(limit)),
    places: (queue, limit) => database.read((session) => readPlaces(session, queue, limit)),
    lanes: (queue) => database.read((session) => readLanes(database, session, queue)),
    isLeased: async (submission, attempt) =>
      (await one((query) => heldAs(query, { submission, attempt }).where('lease_until', '>', database.now))) !==
      undefined,
    recentRunMs: (queue, limit) => database.read((session) => recentRunMs(session, queue, limit)),
    owed: (workspace, limit) => list((query) => owed(query, workspace, limit)),
  }
}

function ownedBy(query: Query, { account, course, team }: Owner): Query {
  const scoped = course === undefined ? query : query.where('course', '=', course)
  if (team === undefined) return scoped.where('account', '=', account)
  return scoped.where((build) => build.or([build('account', '=', account), build('team', '=', team)]))
}

function newestFirst(query: Query, limit: number): Query {
  return query.orderBy('received_at', 'desc').orderBy('id').limit(limit)
}

function heldAs(query: Query, { submission, attempt }: { submission: string; attempt: number }): Query {
  const states = ['staging', 'running'] as const
  return query.where('id', '=', submission).where('attempt', '=', attempt).where('state', 'in', states)
}

function inQueue(query: Query, queue: string, state: SubmissionState): Query {
  return query.where('queue', '=', queue).where('state', '=', state)
}

async function recentRunMs(session: Session, queue: string, limit: number): Promise<number[]> {
  const rows = await session
    .selectFrom('submission')
    .select(sql<number>`finished_at - started_at`.as('ms'))
    .where('queue', '=', queue)
    .where('state', '=', 'finished')
    .where('started_at', 'is not', null)
    .where('verdict', 'not in', ['cancelled', 'system-error'])
    .orderBy('started_at', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => Number(row.ms))
}

function owed(query: Query, { platform, workspace }: Workspace, limit: number): Query {
  return query
    .where('submission.platform', '=', platform)
    .where('submission.workspace', '=', workspace)
    .where((build) =>
      build.or([
        sql<boolean>`submission.taken_shown = 0`,
        build.and([
          sql<boolean>`submission.told = 0`,
          build.not(
            build.exists(
              build
                .selectFrom('delivery')
                .select('delivery.id')
                .whereRef('delivery.submission', '=', 'submission.id')
                .where('delivery.purpose', '=', lastPurpose)
                .where('delivery.state', '!=', 'sending'),
            ),
          ),
        ]),
      ]),
    )
    .orderBy('received_at')
    .limit(limit)
}
