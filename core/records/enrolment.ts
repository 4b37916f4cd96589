import { sql } from 'kysely'
import { newSubmissionId } from '../vocabulary.ts'
import type { Database, Session } from './database.ts'
import { note } from './enrolment-audit.ts'
import { createEnrolmentCodes, type EnrolmentCodes } from './enrolment-codes.ts'
import {
  type Credentials,
  createCredentialRecords,
  type Issue,
  putCredential,
  usable,
} from './enrolment-credentials.ts'
import { type CredentialDeliveries, createCredentialDeliveries } from './enrolment-deliveries.ts'
import { createEnrolmentDrafts, type EnrolmentDrafts } from './enrolment-drafts.ts'
import { createGuesses, type Guesses } from './enrolment-guesses.ts'
import { createEnrolmentQueries, type EnrolmentQueries } from './enrolment-queries.ts'
import { close, removeOne } from './enrolment-removal.ts'
import { putTeam } from './team-rows.ts'

/** Somebody as a roster wants them to be. */
interface WantedEnrolment {
  readonly username: string
  readonly firstName: string
  readonly lastName: string
  readonly affiliation: string
  readonly email?: string
  readonly course: string
  readonly role: string
  readonly team?: string
  readonly slack?: string
  readonly discord?: string
  readonly repo?: string
  readonly expiresAt?: number
}

export interface EnrolOne {
  readonly wanted: WantedEnrolment
  /** Makes the keys of somebody who has none. Called with the account's id, once a try of the transaction. */
  readonly issue?: (account: string) => Issue
}

interface EnrolOptions {
  readonly people: readonly EnrolOne[]
  readonly actor: string
}

/** Who is in which course, and how their keys reach them. */
export interface EnrolmentRecords extends EnrolmentQueries {
  readonly credentials: Credentials
  readonly deliveries: CredentialDeliveries
  readonly guesses: Guesses
  readonly codes: EnrolmentCodes
  readonly drafts: EnrolmentDrafts
  /**
   * Makes them what the roster says, in one transaction: account, membership, and keys where they have none. Doing it
   * again changes nothing and issues nothing. Returns the access keys that were issued.
   */
  enrol(options: EnrolOptions): Promise<readonly string[]>
  /**
   * Ends their part in the course. Who is in no other course is signed out, and their keys end. Their records stay.
   * Returns how many were in it.
   */
  remove(course: string, accounts: readonly string[], actor: string): Promise<number>
  /** The same in every course, and the account is disabled: what the original called delete. */
  close(account: string, actor: string): Promise<void>
}

export function createEnrolmentRecords(database: Database): EnrolmentRecords {
  return {
    ...createEnrolmentQueries(database),
    credentials: createCredentialRecords(database),
    deliveries: createCredentialDeliveries(database),
    guesses: createGuesses(database),
    codes: createEnrolmentCodes(database),
    drafts: createEnrolmentDrafts(database),
    enrol: (options) => database.write((session) => enrolAll(database, session, options)),
    remove: (course, accounts, actor) =>
      database.write(async (session) => {
        let removed = 0
        for (const account of accounts) if (await removeOne(database, session, { course, account, actor })) removed += 1
        return removed
      }),
    close: (account, actor) => database.write((session) => close(database, session, account, actor)),
  }
}

async function enrolAll(database: Database, session: Session, { people, actor }: EnrolOptions): Promise<string[]> {
  await database.lock(session, 'enrolment')
  const issued: string[] = []
  for (const one of people) {
    const accessKey = await enrolOne(database, session, one, actor)
    if (accessKey !== undefined) issued.push(accessKey)
  }
  return issued
}

async function enrolOne(
  database: Database,
  session: Session,
  one: EnrolOne,
  actor: string,
): Promise<string | undefined> {
  const { wanted, issue } = one
  const account = await putAccount(database, session, wanted)
  if (wanted.email !== undefined) await redirectMail(session, account, wanted.email)
  const returning = await putEnrolment(database, session, account, wanted)
  const issues = issue !== undefined && (await needsKeys(database, session, account, returning))
  const made = issues ? issue(account) : undefined
  if (made !== undefined) await putCredential(database, session, made)
  else await extendKeys(session, account, wanted)
  const { course, role } = wanted
  await note(database, session, [
    { actor, action: 'enrolment.put', subject: account, detail: { course, role } },
    ...(made === undefined ? [] : [issueNote(account, actor, made)]),
  ])
  return made?.credential.accessKey
}

function issueNote(account: string, actor: string, { credential, delivery }: Issue) {
  const detail = { accessKey: credential.accessKey, channel: delivery?.channel ?? 'none' }
  return { actor, action: 'credential.issue', subject: account, detail }
}

async function putAccount(database: Database, session: Session, wanted: WantedEnrolment): Promise<string> {
  const names = { first_name: wanted.firstName, last_name: wanted.lastName, affiliation: wanted.affiliation }
  const row = { ...names, email: wanted.email ?? null, disabled_at: null }
  const { id } = await session
    .insertInto('account')
    .values({ id: newSubmissionId(), username: wanted.username, created_at: database.now, ...row })
    .onConflict((conflict) => conflict.column('username').doUpdateSet(row))
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** What still waits goes to the address that the roster has now. */
async function redirectMail(session: Session, account: string, address: string): Promise<void> {
  await session
    .updateTable('credential_delivery')
    .set({ address })
    .where('account', '=', account)
    .where('channel', '=', 'mail')
    .where('state', '=', 'waiting')
    .execute()
}

/** Returns whether they were not in the course before. */
async function putEnrolment(database: Database, session: Session, account: string, wanted: WantedEnrolment) {
  const { course, role, team = null, slack = null, discord = null, repo = null, expiresAt = null } = wanted
  const before = await session
    .selectFrom('enrolment')
    .select(['removed_at', 'team'])
    .where('course', '=', course)
    .where('account', '=', account)
    .executeTakeFirst()
  const row = { role, team, slack, discord, repo, expires_at: expiresAt, updated_at: database.now, removed_at: null }
  await session
    .insertInto('enrolment')
    .values({ course, account, enrolled_at: database.now, ...row })
    .onConflict((conflict) => conflict.columns(['course', 'account']).doUpdateSet(row))
    .execute()
  // A roster that never named a team leaves people in the one that they made themselves.
  const keepsTeam = team === null && (before?.team ?? null) === null && before?.removed_at === null
  const inTeam = keepsTeam ? {} : { team: team === null ? null : await putTeam(database, session, course, team) }
  const membership = { role, expires_at: expiresAt, ...inTeam }
  await session
    .insertInto('membership')
    .values({ account, course, ...membership })
    .onConflict((conflict) => conflict.columns(['account', 'course']).doUpdateSet(membership))
    .execute()
  return before === undefined || before.removed_at !== null
}

/** Never for somebody whose keys were revoked while they are in the roster: a roster must not undo that. */
async function needsKeys(database: Database, session: Session, account: string, returning: boolean): Promise<boolean> {
  const any = returning
    ? await usable(database, session, [account]).select('access_key').limit(1).executeTakeFirst()
    : await session
        .selectFrom('credential')
        .select('access_key')
        .where('account', '=', account)
        .limit(1)
        .executeTakeFirst()
  return any === undefined
}

/** Keys that still count last as long as the roster says. */
async function extendKeys(session: Session, account: string, { expiresAt }: WantedEnrolment): Promise<void> {
  if (expiresAt === undefined) return
  await session
    .updateTable('credential')
    .set({ expires_at: sql<number>`case when expires_at < ${expiresAt} then ${expiresAt} else expires_at end` })
    .where('account', '=', account)
    .where('revoked_at', 'is', null)
    .where('access_key', '=', newestOf(session, account))
    .execute()
}

/** An older pair that a rotation ends must not come back to life. */
function newestOf(session: Session, account: string) {
  return session
    .selectFrom('credential')
    .select('access_key')
    .where('account', '=', account)
    .orderBy('created_at', 'desc')
    .orderBy('access_key')
    .limit(1)
}
