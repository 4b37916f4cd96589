import { randomInt } from 'node:crypto'
import type { Database, Session } from './database.ts'
import { note } from './enrolment-audit.ts'
import { closeIfLeft, hasCounted, isMember, keyOf, membersOf, openRow, putTeam, type TeamRow } from './team-rows.ts'

export interface Team {
  /** What memberships and submissions call it: its name, with `~2` behind it when the name is used again. */
  readonly key: string
  /** Usernames. */
  readonly members: readonly string[]
  /** Lets somebody join. Absent: it is the roster's. */
  readonly code?: string
  /** Something was handed in that counts, so it stays who it is. */
  readonly counted: boolean
}

export type Created = { readonly team: Team } | 'name-taken' | 'in-a-team' | 'not-enrolled'
export type Joined = { readonly team: Team } | 'unknown-code' | 'full' | 'counted' | 'in-a-team' | 'not-enrolled'
export type Left = { readonly key: string } | 'no-team' | 'roster' | 'counted'

interface Person {
  readonly course: string
  readonly account: string
}

/** The teams of a course. Every method is one transaction; what changes is audited. */
export interface Teams {
  of(course: string, key: string): Promise<Team | undefined>
  create(person: Person, name: string): Promise<Created>
  /** @param size People in a team at most. */
  join(person: Person, code: string, size: number): Promise<Joined>
  leave(person: Person): Promise<Left>
  /**
   * What memberships call the team that somebody means: the open one of that name, or else the last one. A key (`primes~2`)
   * means itself.
   */
  named(course: string, name: string): Promise<string | undefined>
}

export function createTeams(database: Database): Teams {
  const change = <T>(course: string, work: (session: Session) => Promise<T>) =>
    database.write(async (session) => {
      await database.lock(session, `teams:${course}`)
      return work(session)
    })
  return {
    of: (course, key) => database.read((session) => teamOf(database, session, course, key)),
    create: (person, name) => change(person.course, (session) => create(database, session, person, name)),
    join: (person, code, size) =>
      change(person.course, (session) => join(database, session, { ...person, code, size })),
    leave: (person) => change(person.course, (session) => leave(database, session, person)),
    named: (course, name) => database.read((session) => keyOf(session, course, name)),
  }
}

function rowOf(session: Session, course: string, key: string) {
  return session.selectFrom('team').selectAll().where('course', '=', course).where('name', '=', key).executeTakeFirst()
}

async function teamOf(database: Database, session: Session, course: string, key: string): Promise<Team | undefined> {
  const row = await rowOf(session, course, key)
  return row === undefined ? undefined : toTeam(database, session, row)
}

async function toTeam(database: Database, session: Session, row: TeamRow): Promise<Team> {
  return {
    key: row.name,
    members: (await membersOf(database, session, row)).map(({ username }) => username),
    counted: await hasCounted(session, row),
    ...(row.code === null ? {} : { code: row.code }),
  }
}

async function create(database: Database, session: Session, person: Person, name: string): Promise<Created> {
  const where = await isMember(database, session, person)
  if (where === undefined) return 'not-enrolled'
  if (where.team !== null) return 'in-a-team'
  if ((await openRow(database, session, person.course, name)) !== undefined) return 'name-taken'
  const key = await putTeam(database, session, person.course, name)
  const made = { code: newCode(), created_by: person.account }
  await session.updateTable('team').set(made).where('course', '=', person.course).where('name', '=', key).execute()
  await setTeam(database, session, person, key, 'team.create')
  const team = await teamOf(database, session, person.course, key)
  if (team === undefined) throw new Error(`The team ${key} was made and is not there`)
  return { team }
}

interface Joining extends Person {
  readonly code: string
  readonly size: number
}

async function join(database: Database, session: Session, { code, size, ...person }: Joining): Promise<Joined> {
  const where = await isMember(database, session, person)
  if (where === undefined) return 'not-enrolled'
  if (where.team !== null) return 'in-a-team'
  const row = await session
    .selectFrom('team')
    .selectAll()
    .where('course', '=', person.course)
    .where('code', '=', code)
    .where('closed_at', 'is', null)
    .executeTakeFirst()
  if (row === undefined) return 'unknown-code'
  if (await hasCounted(session, row)) return 'counted'
  if ((await membersOf(database, session, row)).length >= size) return 'full'
  await setTeam(database, session, person, row.name, 'team.join')
  return { team: await toTeam(database, session, row) }
}

async function leave(database: Database, session: Session, person: Person): Promise<Left> {
  const key = (await isMember(database, session, person))?.team ?? null
  if (key === null) return 'no-team'
  const { course } = person
  const row = await rowOf(session, course, key)
  if (row === undefined || row.code === null) return 'roster'
  if (await hasCounted(session, row)) return 'counted'
  await setTeam(database, session, person, null, 'team.leave')
  await closeIfLeft(database, session, row)
  return { key }
}

async function setTeam(
  database: Database,
  session: Session,
  { course, account }: Person,
  team: string | null,
  action: string,
): Promise<void> {
  await session
    .updateTable('membership')
    .set({ team })
    .where('course', '=', course)
    .where('account', '=', account)
    .execute()
  const detail = { course, ...(team === null ? {} : { team }) }
  await note(database, session, [{ actor: account, action, subject: account, detail }])
}

const letters = 'abcdefghjkmnpqrstuvwxyz23456789'

/** Nobody guesses it, and it can be read out. */
function newCode(): string {
  return Array.from({ length: 12 }, () => letters[randomInt(letters.length)]).join('')
}
