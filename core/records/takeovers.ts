import type { Database } from './database.ts'
import { changed } from './leasing.ts'

/** A member of the course staff who looks after a thread. */
export interface Holder {
  readonly account: string
  /** As others see it. */
  readonly name: string
}

/** Who looks after which thread: one at a time. What changed is shown on the submission's message by its bot. */
export interface Takeovers {
  /** False when somebody else has it. */
  take(submission: string, holder: Holder): Promise<boolean>
  /** False when nobody has it. */
  release(submission: string): Promise<boolean>
  /** The message says so now; does nothing when that changed again meanwhile. */
  shown(submission: string, account: string | undefined): Promise<void>
}

const unseen = { taken_shown: 0 } as const

export function createTakeovers(database: Database): Takeovers {
  return {
    take: (submission, { account, name }) =>
      database.write((session) =>
        changed(
          session
            .updateTable('submission')
            .set({ ...unseen, taken_by: account, taken_name: name })
            .where('id', '=', submission)
            .where((row) => row.or([row('taken_by', 'is', null), row('taken_by', '=', account)])),
        ),
      ),
    release: (submission) =>
      database.write((session) =>
        changed(
          session
            .updateTable('submission')
            .set({ ...unseen, taken_by: null, taken_name: null })
            .where('id', '=', submission)
            .where('taken_by', 'is not', null),
        ),
      ),
    shown: async (submission, account) => {
      await database.write((session) =>
        session
          .updateTable('submission')
          .set({ taken_shown: 1 })
          .where('id', '=', submission)
          .where('taken_by', account === undefined ? 'is' : '=', account ?? null)
          .execute(),
      )
    },
  }
}
