import { sql } from 'kysely'
import { z } from 'zod'
import { newSubmissionId } from '../vocabulary.ts'
import type { Database, Session } from './database.ts'
import { note } from './enrolment-audit.ts'
import type { DraftState } from './enrolment-tables.ts'
import type { Identity } from './people.ts'

const placeSchema = z.object({ platform: z.string(), workspace: z.string(), user: z.string() })
const optionsSchema = z.object({ skipBad: z.boolean(), keepMissing: z.boolean() })

interface DraftOptions {
  readonly skipBad: boolean
  readonly keepMissing: boolean
}

export interface NewDraft {
  readonly actor: string
  readonly course: string
  /** The instructor in the chat. */
  readonly identity: Identity
  readonly options: DraftOptions
  readonly roster: string
  /** Of the plan they saw. */
  readonly digest: string
}

export interface Draft extends NewDraft {
  readonly id: string
  readonly state: DraftState
  readonly outcome?: string
}

/** Rosters handed in in a chat. A confirmed one is done by whichever bot of that workspace is there, also after a crash. */
export interface EnrolmentDrafts {
  put(draft: NewDraft): Promise<string>
  byId(id: string): Promise<Draft | undefined>
  /** Once; `false` when it is not open any more, is somebody else's, or is older than `lifetimeMs`. */
  confirm(id: string, actor: string, lifetimeMs: number): Promise<boolean>
  /** The oldest that is confirmed and not done. Whoever works on one holds the workspace's lease. */
  next(place: Pick<Identity, 'platform' | 'workspace'>): Promise<Draft | undefined>
  /** Says how it went, and forgets the roster. */
  finish(id: string, state: 'done' | 'failed', outcome: string): Promise<void>
  /** Forgets rosters that nobody confirmed. */
  dropOld(lifetimeMs: number): Promise<void>
}

export function createEnrolmentDrafts(database: Database): EnrolmentDrafts {
  return {
    put: (draft) => database.write((session) => put(database, session, draft)),
    byId: (id) =>
      database.read(async (session) => (await select(session).where('id', '=', id).execute()).map(toDraft)[0]),
    confirm: (id, actor, lifetimeMs) =>
      database.write((session) => confirm(database, session, { id, actor, lifetimeMs })),
    next: ({ platform, workspace }) =>
      database.read(async (session) => {
        const rows = await select(session).where('state', '=', 'confirmed').orderBy('created_at').limit(50).execute()
        return rows
          .map(toDraft)
          .find(({ identity }) => identity.platform === platform && identity.workspace === workspace)
      }),
    finish: (id, state, outcome) =>
      database.write(async (session) => {
        await session
          .updateTable('enrolment_draft')
          .set({ state, outcome: outcome.slice(0, 1_000), roster: null, updated_at: database.now })
          .where('id', '=', id)
          .execute()
      }),
    dropOld: (lifetimeMs) =>
      database.write(async (session) => {
        await session
          .deleteFrom('enrolment_draft')
          .where('state', '=', 'open')
          .where('created_at', '<', sql<number>`${database.now} - ${lifetimeMs}`)
          .execute()
      }),
  }
}

function select(session: Session) {
  return session.selectFrom('enrolment_draft').selectAll()
}

async function put(database: Database, session: Session, draft: NewDraft): Promise<string> {
  const { actor, course, identity, options, roster, digest } = draft
  const id = newSubmissionId()
  await session
    .insertInto('enrolment_draft')
    .values({
      ...{ id, actor, course, roster, digest, state: 'open' as const },
      place_json: JSON.stringify(placeSchema.parse(identity)),
      options_json: JSON.stringify(optionsSchema.parse(options)),
      created_at: database.now,
      updated_at: database.now,
    })
    .execute()
  return id
}

interface Confirmation {
  readonly id: string
  readonly actor: string
  readonly lifetimeMs: number
}

async function confirm(
  database: Database,
  session: Session,
  { id, actor, lifetimeMs }: Confirmation,
): Promise<boolean> {
  const row = await session
    .updateTable('enrolment_draft')
    .set({ state: 'confirmed', updated_at: database.now })
    .where('id', '=', id)
    .where('actor', '=', actor)
    .where('state', '=', 'open')
    .where('created_at', '>=', sql<number>`${database.now} - ${lifetimeMs}`)
    .returning('course')
    .executeTakeFirst()
  if (row === undefined) return false
  await note(database, session, [
    { actor, action: 'enrolment.confirm', subject: actor, detail: { course: row.course, draft: id } },
  ])
  return true
}

type Row = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number]

function toDraft(row: Row): Draft {
  const { id, actor, course, digest, state, outcome } = row
  return {
    ...{ id, actor, course, digest, state, roster: row.roster ?? '' },
    identity: placeSchema.parse(JSON.parse(row.place_json)),
    options: optionsSchema.parse(JSON.parse(row.options_json)),
    ...(outcome === null ? {} : { outcome }),
  }
}
