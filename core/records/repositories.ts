import type { Database, Session } from './database.ts'

export interface RepositoryOwner {
  readonly username: string
  readonly repo?: string
}

/** Whose repositories are whose, as the roster has it. */
export interface Repositories {
  /** `undefined` where the account is not in the course, or not any more. */
  ownerOf(account: string, course: string): Promise<RepositoryOwner | undefined>
  /** Whether somebody or some team of the course has this name, whatever its case. */
  isTaken(course: string, kind: 'username' | 'team', name: string): Promise<boolean>
}

export function createRepositories(database: Database): Repositories {
  return {
    ownerOf: (account, course) => database.read((session) => ownerOf(database, session, account, course)),
    isTaken: (course, kind, name) => database.read((session) => isTaken(session, course, kind, name)),
  }
}

async function ownerOf(
  database: Database,
  session: Session,
  account: string,
  course: string,
): Promise<RepositoryOwner | undefined> {
  const row = await session
    .selectFrom('membership')
    .innerJoin('account', 'account.id', 'membership.account')
    .leftJoin('enrolment', (join) =>
      join
        .onRef('enrolment.account', '=', 'membership.account')
        .onRef('enrolment.course', '=', 'membership.course')
        .on('enrolment.removed_at', 'is', null),
    )
    .select(['account.username', 'enrolment.repo'])
    .where('membership.account', '=', account)
    .where('membership.course', '=', course)
    .where((row) => row.or([row('membership.expires_at', 'is', null), row('membership.expires_at', '>', database.now)]))
    .executeTakeFirst()
  if (row === undefined) return undefined
  return { username: row.username, ...(row.repo === null ? {} : { repo: row.repo }) }
}

async function isTaken(session: Session, course: string, kind: 'username' | 'team', name: string): Promise<boolean> {
  const row = await session
    .selectFrom('membership')
    .innerJoin('account', 'account.id', 'membership.account')
    .select('membership.account')
    .where('membership.course', '=', course)
    .where(({ eb, fn }) =>
      eb(fn<string>('lower', [kind === 'username' ? 'account.username' : 'membership.team']), '=', name.toLowerCase()),
    )
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
