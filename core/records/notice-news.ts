import { sql } from 'kysely'
import type { Database, Session } from './database.ts'
import type { Workspace } from './lookup.ts'
import type { NoticeKind } from './notices.ts'

/** Something that happened and is in no notice of the workspace yet. */
interface News {
  readonly key: string
  readonly kind: NoticeKind
  readonly text: string
  readonly submission: string | null
  readonly course: string | null
  readonly happened_at: number
}

/** Of each kind at a time; the rest comes with the next look. */
const most = 100
const longest = 500

/** What staff of this workspace do not know yet: its own submissions, and what concerns the whole installation. */
export async function findNews(
  database: Database,
  session: Session,
  workspace: Workspace,
  windowMs: number,
): Promise<News[]> {
  const look: Look = { session, workspace, since: sql<number>`${database.now} - ${windowMs}` }
  const found = [await failed(look), await silent(look), await messages(look), await alarms(look), await wells(look)]
  return found.flat().map((one) => ({ ...one, text: one.text.slice(0, longest), happened_at: Number(one.happened_at) }))
}

interface Look {
  readonly session: Session
  readonly workspace: Workspace
  readonly since: ReturnType<typeof sql<number>>
}

/** No notice of this workspace has that key. */
function isNew({ workspace: { platform, workspace } }: Look, key: ReturnType<typeof sql<string>>) {
  return sql<boolean>`not exists (select 1 from notice where notice.platform = ${platform} and notice.workspace = ${workspace} and notice.key = ${key})`
}

async function failed(look: Look): Promise<News[]> {
  const { platform, workspace } = look.workspace
  const key = sql<string>`'failed:' || submission.id`
  const rows = await look.session
    .selectFrom('submission')
    .select(['id as submission', 'course', sql<number>`finished_at`.as('happened_at'), key.as('key')])
    .where('verdict', '=', 'system-error')
    .where('finished_at', '>', look.since)
    .where('platform', '=', platform)
    .where('workspace', '=', workspace)
    .where(isNew(look, key))
    .limit(most)
    .execute()
  return rows.map((row) => ({ ...row, kind: 'failed', text: '' }))
}

/** The run itself goes on elsewhere, or is one of those that failed. */
async function silent(look: Look): Promise<News[]> {
  const { platform, workspace } = look.workspace
  const key = sql<string>`'silent:' || attempt.submission || ':' || cast(attempt.number as text)`
  const rows = await look.session
    .selectFrom('attempt')
    .innerJoin('submission', 'submission.id', 'attempt.submission')
    .select(['attempt.submission', 'submission.course', 'attempt.worker', 'attempt.host', key.as('key')])
    .select(sql<number>`attempt.ended_at`.as('happened_at'))
    .where('attempt.outcome', '=', 'lease-lost')
    .where('attempt.ended_at', '>', look.since)
    .where('submission.platform', '=', platform)
    .where('submission.workspace', '=', workspace)
    .where(isNew(look, key))
    .limit(most)
    .execute()
  return rows.map(({ worker, host, ...row }) => ({ ...row, kind: 'silent', text: `worker ${worker} on ${host}` }))
}

async function messages(look: Look): Promise<News[]> {
  const key = sql<string>`'message:' || invalid_message.id`
  const rows = await look.session
    .selectFrom('invalid_message')
    .select(['id', 'queue', 'problem', sql<number>`received_at`.as('happened_at'), key.as('key')])
    .where('received_at', '>', look.since)
    .where(isNew(look, key))
    .limit(most)
    .execute()
  return rows.map(({ id, queue, problem, ...row }) => ({
    ...{ ...row, kind: 'message' as const, submission: null, course: null },
    text: `${id.slice(0, 8)} in ${queue}: ${problem}`,
  }))
}

async function alarms(look: Look): Promise<News[]> {
  const key = sql<string>`'alarm:' || alarm.host || ':' || alarm.name || ':' || cast(alarm.since as text)`
  const rows = await look.session
    .selectFrom('alarm')
    .select(['host', 'name', 'problem', 'since as happened_at', key.as('key')])
    .where('since', '>', look.since)
    .where(isNew(look, key))
    .limit(most)
    .execute()
  return rows.map(({ host, name, problem, ...row }) => ({
    ...{ ...row, kind: 'alarm' as const, submission: null, course: null },
    text: `${name} on ${host}: ${problem}`,
  }))
}

async function wells(look: Look): Promise<News[]> {
  const key = sql<string>`'well:' || alarm.host || ':' || alarm.name || ':' || cast(alarm.since as text)`
  const rows = await look.session
    .selectFrom('alarm')
    .select(['host', 'name', sql<number>`cleared_at`.as('happened_at'), key.as('key')])
    .where('cleared_at', '>', look.since)
    .where(isNew(look, key))
    .limit(most)
    .execute()
  return rows.map(({ host, name, ...row }) => ({
    ...{ ...row, kind: 'well' as const, submission: null, course: null },
    text: `${name} on ${host} is well again`,
  }))
}
