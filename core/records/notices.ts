import { type Selectable, sql } from 'kysely'
import { newSubmissionId } from '../vocabulary.ts'
import type { Database, Session } from './database.ts'
import type { Workspace } from './lookup.ts'
import { findNews } from './notice-news.ts'
import type { NoticeTable } from './staff-tables.ts'

/**
 * `failed`: a submission ended through our fault. `silent`: a worker went silent while it ran one. `message`: the broker
 * held what nobody can read. `alarm`, `well`: a part of a host is not well, or is again.
 */
const noticeKinds = ['failed', 'silent', 'message', 'alarm', 'well'] as const
export type NoticeKind = (typeof noticeKinds)[number]

/** Something that the course staff are told, in one workspace, once. */
export interface Notice {
  readonly id: string
  readonly kind: NoticeKind
  /** One line; may hold what a stranger wrote. */
  readonly text: string
  readonly submission?: string
  /** Absent: it concerns everybody. */
  readonly course?: string
  /** Milliseconds since the epoch. */
  readonly happenedAt: number
}

/** Notices of one kind that go out as one message. */
export interface Bundle {
  /** What the message's delivery is kept under. */
  readonly post: string
  readonly channel: string
  readonly notices: readonly Notice[]
}

/** What staff are told of, derived from the rest of the records. Every method is safe beside other processes. */
export interface Notices {
  /** Writes down what happened within `windowMs` and is not written down yet. Answers how much that was. */
  collect(workspace: Workspace, windowMs: number): Promise<number>
  /** Those that are in no message yet, oldest first. */
  waiting(workspace: Workspace, limit: number): Promise<Notice[]>
  /** Puts them into one message for this channel; `undefined` where another process was faster. */
  bundle(notices: readonly Notice[], channel: string): Promise<Bundle | undefined>
  /** Nobody wants to be told of these. */
  drop(notices: readonly Notice[]): Promise<void>
  /** Messages that may not have gone out yet. */
  unsent(workspace: Workspace): Promise<Bundle[]>
  /** How long ago the last message was put together; `undefined` where there was none. */
  sinceLastMs(workspace: Workspace): Promise<number | undefined>
}

const dropped = 'none'

export function createNotices(database: Database): Notices {
  return {
    collect: (workspace, windowMs) => collect(database, workspace, windowMs),
    waiting: ({ platform, workspace }, limit) =>
      database.read(async (session) => {
        const rows = await ofWorkspace(session, { platform, workspace })
          .where('post', 'is', null)
          .orderBy('happened_at')
          .orderBy('id')
          .limit(limit)
          .execute()
        return rows.map(toNotice)
      }),
    bundle: async (notices, channel) => {
      const post = newSubmissionId()
      await assign(database, notices, { post, channel })
      const ours = await database.read((session) =>
        session.selectFrom('notice').select('id').where('post', '=', post).execute(),
      )
      return ours.length === 0 ? undefined : { post, channel, notices }
    },
    drop: (notices) => assign(database, notices, { post: dropped, channel: null }),
    unsent: (workspace) => database.read((session) => unsent(session, workspace)),
    sinceLastMs: (workspace) =>
      database.read(async (session) => {
        const row = await ofWorkspace(session, workspace)
          .where('post', '!=', dropped)
          .clearSelect()
          .select(sql<number | null>`${database.now} - max(bundled_at)`.as('ms'))
          .executeTakeFirst()
        return row?.ms === null || row?.ms === undefined ? undefined : Number(row.ms)
      }),
  }
}

function ofWorkspace(session: Session, { platform, workspace }: Workspace) {
  return session
    .selectFrom('notice')
    .selectAll('notice')
    .where('notice.platform', '=', platform)
    .where('notice.workspace', '=', workspace)
}

async function collect(database: Database, workspace: Workspace, windowMs: number): Promise<number> {
  const news = await database.read((session) => findNews(database, session, workspace, windowMs))
  if (news.length === 0) return 0
  const { platform, workspace: name } = workspace
  await database.write(async (session) => {
    const rows = news.map((one) => ({ ...one, id: newSubmissionId(), platform, workspace: name }))
    await session
      .insertInto('notice')
      .values(rows)
      .onConflict((conflict) => conflict.columns(['platform', 'workspace', 'key']).doNothing())
      .execute()
    // What is older than the window is not looked at again.
    await session
      .deleteFrom('notice')
      .where('happened_at', '<', sql<number>`${database.now} - ${2 * windowMs}`)
      .execute()
  })
  return news.length
}

async function assign(
  database: Database,
  notices: readonly Notice[],
  to: Pick<NoticeTable, 'post' | 'channel'>,
): Promise<void> {
  const ids = notices.map(({ id }) => id)
  await database.write((session) =>
    session
      .updateTable('notice')
      .set({ ...to, bundled_at: database.now })
      .where('id', 'in', ids)
      .where('post', 'is', null)
      .execute(),
  )
}

async function unsent(session: Session, workspace: Workspace): Promise<Bundle[]> {
  const rows = await ofWorkspace(session, workspace)
    .where('post', 'is not', null)
    .where('post', '!=', dropped)
    .where((row) =>
      row.not(
        row.exists(
          row
            .selectFrom('delivery')
            .select('delivery.id')
            .whereRef('delivery.submission', '=', 'notice.post')
            .where('delivery.state', '!=', 'sending'),
        ),
      ),
    )
    .orderBy('happened_at')
    .orderBy('id')
    .execute()
  const posts = [...new Set(rows.flatMap(({ post }) => post ?? []))]
  return posts.map((post) => {
    const together = rows.filter((row) => row.post === post)
    return { post, channel: together[0]?.channel ?? '', notices: together.map(toNotice) }
  })
}

function toNotice(row: Selectable<NoticeTable>): Notice {
  const { id, text, submission, course } = row
  return {
    id,
    text,
    kind: noticeKinds.find((kind) => kind === row.kind) ?? 'alarm',
    happenedAt: Number(row.happened_at),
    ...(submission === null ? {} : { submission }),
    ...(course === null ? {} : { course }),
  }
}
