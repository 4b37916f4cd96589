import { setTimeout as delay } from 'node:timers/promises'
import { messageOf } from '../errors.ts'
import type { Logger } from '../logger/logger.ts'
import type { Records } from '../records/records.ts'
import type { RemovedKind } from '../records/removals.ts'
import type { Submission } from '../records/submission.ts'
import type { Store } from '../store/store.ts'
import { objectsOf } from './objects.ts'

/** How long after a run ended its things are kept, in milliseconds. Absent: until the store's own lifetime is over. */
export interface Retention {
  readonly sourceMs?: number
  readonly resultMs?: number
}

export interface RetentionOptions {
  readonly records: Pick<Records, 'removals' | 'erasure'>
  readonly store: Pick<Store, 'delete'>
  readonly retention: Retention
  readonly now: () => number
}

const pageSize = 100

/** Deletes what is older than that. What failed is tried again in the next round. Returns how many runs it was for. */
export async function removeOld({ records, store, retention, now }: RetentionOptions): Promise<number> {
  const { removals } = records
  const { sourceMs, resultMs } = retention
  const remove = (kind: RemovedKind, ageMs: number | undefined) =>
    ageMs === undefined ? 0 : removeAll({ records, store }, kind, (limit) => removals.due(kind, now() - ageMs, limit))
  return (await remove('source', sourceMs)) + (await remove('result', resultMs))
}

type Removing = Pick<RetentionOptions, 'records' | 'store'>

/** Deletes what people left who were erased, as far as it has ended. Returns how many runs it was for. */
export async function removeErased({ records, store }: Removing): Promise<number> {
  const remove = (kind: RemovedKind) =>
    removeAll({ records, store }, kind, (limit) => records.removals.dueOfErased(kind, limit))
  const [sources, results] = [await remove('source'), await remove('result')]
  await records.erasure.forgetEnded()
  return Math.max(sources, results)
}

async function removeAll(
  { records, store }: Removing,
  kind: RemovedKind,
  next: (limit: number) => Promise<readonly Submission[]>,
): Promise<number> {
  let removed = 0
  for (;;) {
    const due = await next(pageSize)
    for (const submission of due) {
      for (const { key } of ownObjects(submission, kind)) await store.delete(key)
      await records.removals.done(submission.id, kind)
    }
    removed += due.length
    if (due.length < pageSize) return removed
  }
}

/** A repetition ran the archive of the first run, which goes with that one. */
function ownObjects(submission: Submission, kind: RemovedKind) {
  return kind === 'source' && submission.parent !== undefined ? [] : objectsOf(submission, kind)
}

/** Goes on doing both until `signal` aborts. */
export async function runRetention(
  options: RetentionOptions & { readonly log: Logger; readonly everyMs: number },
  signal: AbortSignal,
): Promise<void> {
  const { log, everyMs } = options
  while (!signal.aborted) {
    try {
      const removed = (await removeOld(options)) + (await removeErased(options))
      if (removed > 0) log.info({ removed }, 'removed what is not to be kept any longer')
    } catch (error) {
      log.warn({ problem: messageOf(error) }, 'cannot remove what is old; trying again')
    }
    await delay(everyMs, undefined, { signal, ref: false }).catch(() => undefined)
  }
}
