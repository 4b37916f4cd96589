import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import { newSubmissionId } from '../vocabulary.ts'
import type { Database, Session } from './database.ts'
import type { Place } from './submission.ts'
import type { DeliveryTable } from './tables.ts'

/**
 * What a thread consists of. `root`: the message in the channel. `card`: the live state, edited in place.
 * `verdict`: how it ended. `log`: the whole log as a file; nothing is owed once it is out or has failed for good.
 * `notice` is none of a thread: what staff are told, kept under the id of its post.
 */
const purposes = ['root', 'card', 'verdict', 'log', 'notice'] as const
export type Purpose = (typeof purposes)[number]

/** With this one out, the thread is complete. */
export const lastPurpose: Purpose = 'log'

/** One message that RAI posts, at most once. Its id travels in the message, so that recovery can find it there. */
export interface Delivery {
  readonly id: string
  readonly submission: string
  readonly purpose: string
  readonly state: 'sending' | 'sent' | 'failed'
  readonly message?: string
  readonly tries: number
}

export interface Deliveries {
  /**
   * The row of this message, made when there is none. `fresh` says that this call made it: an old one in `sending`
   * may or may not have reached the platform.
   */
  begin(
    submission: string,
    purpose: Purpose,
    place: Place,
  ): Promise<{ readonly delivery: Delivery; readonly fresh: boolean }>
  sent(id: string, message: string): Promise<void>
  /** For good: nobody will try again. */
  failed(id: string, error: string): Promise<void>
  ofSubmission(submission: string): Promise<Delivery[]>
}

export function createDeliveries(database: Database): Deliveries {
  return {
    begin: (submission, purpose, place) =>
      database.write((session) => begin(database, session, { submission, purpose, place })),
    sent: (id, message) => settle(database, id, { state: 'sent', message, error: null }),
    failed: (id, error) => settle(database, id, { state: 'failed', error: error.slice(0, 500) }),
    ofSubmission: (submission) =>
      database.read(async (session) => {
        const rows = await session.selectFrom('delivery').selectAll().where('submission', '=', submission).execute()
        return rows.map(toDelivery)
      }),
  }
}

interface Wanted {
  readonly submission: string
  readonly purpose: Purpose
  readonly place: Place
}

async function begin(database: Database, session: Session, { submission, purpose, place }: Wanted) {
  const { platform, workspace, channel } = place
  const row = {
    id: newSubmissionId(),
    submission,
    purpose,
    platform,
    workspace,
    channel,
    state: 'sending' as const,
    tries: 1,
  }
  const inserted = await session
    .insertInto('delivery')
    .values({ ...row, created_at: database.now, updated_at: database.now })
    .onConflict((conflict) => conflict.columns(['submission', 'purpose']).doNothing())
    .returningAll()
    .executeTakeFirst()
  if (inserted !== undefined) return { delivery: toDelivery(inserted), fresh: true }
  const existing = await session
    .updateTable('delivery')
    .set({ tries: sql<number>`tries + 1`, updated_at: database.now })
    .where('submission', '=', submission)
    .where('purpose', '=', purpose)
    .returningAll()
    .executeTakeFirstOrThrow()
  return { delivery: toDelivery(existing), fresh: false }
}

async function settle(
  database: Database,
  id: string,
  outcome: { state: 'sent' | 'failed'; message?: string; error: string | null },
): Promise<void> {
  await database.write(async (session) => {
    const row = await session
      .updateTable('delivery')
      .set({ ...outcome, updated_at: database.now })
      .where('id', '=', id)
      .returning(['submission', 'purpose'])
      .executeTakeFirst()
    if (row?.purpose !== lastPurpose) return
    await session.updateTable('submission').set({ told: 1 }).where('id', '=', row.submission).execute()
  })
}

function toDelivery(row: Selectable<DeliveryTable>): Delivery {
  const { id, submission, purpose, state, tries } = row
  return { id, submission, purpose, state, tries, ...(row.message === null ? {} : { message: row.message }) }
}
