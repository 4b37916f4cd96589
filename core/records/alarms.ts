import { sql } from 'kysely'
import type { Database } from './database.ts'

/** A part of a host: `disk`, `engine`, … */
export interface Part {
  readonly host: string
  readonly name: string
}

/** What is not well on which host, for those who cannot see that host's log. */
export interface Alarms {
  /** The first one counts until it is cleared; a later one only says what is wrong now. */
  raise(part: Part, problem: string): Promise<void>
  clear(part: Part): Promise<void>
}

const longest = 300

export function createAlarms(database: Database): Alarms {
  return {
    raise: async ({ host, name }, problem) => {
      const row = { problem: problem.slice(0, longest), cleared_at: null }
      await database.write((session) =>
        session
          .insertInto('alarm')
          .values({ host, name, ...row, since: database.now })
          .onConflict((conflict) =>
            conflict.columns(['host', 'name']).doUpdateSet({
              ...row,
              since: sql<number>`case when alarm.cleared_at is null then alarm.since else ${database.now} end`,
            }),
          )
          .execute(),
      )
    },
    clear: async ({ host, name }) => {
      await database.write((session) =>
        session
          .updateTable('alarm')
          .set({ cleared_at: database.now })
          .where('host', '=', host)
          .where('name', '=', name)
          .where('cleared_at', 'is', null)
          .execute(),
      )
    },
  }
}
