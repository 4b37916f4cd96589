import type { Submission } from '../../core/records/submission.ts'
import type { Store } from '../../core/store/store.ts'
import type { ChatFile } from '../chat.ts'
import { shortId } from '../wording.ts'

/** How the whole log is read from the store for a thread. */
export function openStoredLog(store: Store): (submission: Submission) => Promise<ChatFile | undefined> {
  return async ({ id, result }) => {
    const log = result?.log
    if (log === undefined || (await store.stat(log.key)) === undefined) return undefined
    return {
      name: `log-${shortId(id)}.txt`,
      bytes: log.bytes,
      comment: 'The whole log',
      open: async () => {
        const body = await store.get(log.key)
        if (body === undefined) throw new Error(`the log of ${id} is not in the store any more`)
        return body
      },
    }
  }
}
