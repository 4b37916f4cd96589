import { sql } from 'kysely'
import { requestCancel } from './cancelling.ts'
import type { Database, Session } from './database.ts'
import { note } from './enrolment-audit.ts'

/** Forgetting one person. Their runs, verdicts and times stay, as those of somebody without a name. */
export interface Erasure {
  /**
   * In one transaction: name, address, keys, sign-ins, memberships and what others noted about them go; what they had
   * waiting or running ends. The audit trail stays. Returns the name that stands for them from now on.
   */
  erase(account: string, by: string): Promise<string>
  /** Forgets what still ran then and has ended since. */
  forgetEnded(): Promise<void>
}

export function createErasure(database: Database): Erasure {
  return {
    erase: (account, by) => database.write((session) => erase(database, session, account, by)),
    forgetEnded: () =>
      database.write(async (session) => {
        for (const { id } of await erasedAccounts(session).execute()) await forgetRuns(session, id)
      }),
  }
}

const erasedName = (account: string) => `deleted-${account.slice(0, 12)}`

/** The ids of those who were erased. */
export function erasedAccounts(session: Session) {
  return session
    .selectFrom('account')
    .select('account.id')
    .where('account.disabled_at', 'is not', null)
    .where('account.username', '=', sql<string>`'deleted-' || substr(account.id, 1, 12)`)
}

async function erase(database: Database, session: Session, account: string, by: string): Promise<string> {
  const username = erasedName(account)
  const live = await session
    .selectFrom('submission')
    .select('id')
    .where('account', '=', account)
    .where('state', '!=', 'finished')
    .execute()
  for (const { id } of live) await requestCancel(database, session, id, by)
  await forgetRuns(session, account)
  for (const table of ['identity', 'credential', 'credential_delivery', 'enrolment', 'membership'] as const) {
    await session.deleteFrom(table).where('account', '=', account).execute()
  }
  await session.deleteFrom('enrolment_code').where('account', '=', account).execute()
  const nobody = { username, email: null, first_name: '', last_name: '', affiliation: '' }
  await session
    .updateTable('account')
    .set({ ...nobody, disabled_at: database.now })
    .where('id', '=', account)
    .execute()
  await note(database, session, [
    { actor: by, action: 'account.erase', subject: account, detail: { cancelled: live.length } },
  ])
  return username
}

/** Where their code came from and whom it was told to would say who they are. What still runs keeps what it needs. */
async function forgetRuns(session: Session, account: string): Promise<void> {
  const runs = session.selectFrom('submission').select('id').where('account', '=', account)
  await session.deleteFrom('remark').where('submission', 'in', runs).execute()
  const theirs = await session
    .selectFrom('submission')
    .select(['id', 'channel'])
    .where('account', '=', account)
    .where('state', '=', 'finished')
    .where((row) =>
      row.or([
        row('source_json', 'not like', '{"kind":"rerun"%'),
        row.and([row('channel', 'like', '@%'), row('channel', '!=', '@deleted')]),
      ]),
    )
    .execute()
  for (const { id, channel } of theirs) {
    const source_json = JSON.stringify({ kind: 'rerun', submission: id })
    await session
      .updateTable('submission')
      .set({ source_json, ...(channel.startsWith('@') ? { channel: '@deleted' } : {}) })
      .where('id', '=', id)
      .execute()
  }
}
