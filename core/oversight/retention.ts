import { setTimeout as delay } from 'node:timers/promises'
import { messageOf } from '../errors.ts'
import type { Logger } from '../logger/logger.ts'
import type { Records } from '../records/records.ts'
import type { RemovedKind } from '../records/removals.ts'
import type { Store } from '../store/store.ts'
import { objectsOf } from './objects.ts'

/** How long after a run ended its things are kept, in milliseconds. Absent: until the store's own lifetime is over. */
export interface Retention {
  readonly sourceMs?: number
  readonly resultMs?: number
}

export interface RetentionOptions {
  readonly records: Pick<Records, 'removals'>
  readonly store: Pick<Store, 'delete'>
  readonly retention: Retention
  readonly now: () => number
}

const pageSize = 100

/** Deletes what is older than that. What failed is tried again in the next round. Returns how many runs it was for. */
export async function removeOld({ records, store, retention, now }: RetentionOptions): Promise<number> {
  const ages: readonly [RemovedKind, number | undefined][] = [
    ['source', retention.sourceMs],
    ['result', retention.resultMs],
  ]
  let removed = 0
  for (const [kind, ageMs] of ages) {
    if (ageMs !== undefined) removed += await removeBefore({ records, store }, kind, now() - ageMs)
  }
  return removed
}

/** Deletes what runs left that ended before that time; of one person where `account` is given. */
export async function removeBefore(
  { records, store }: Pick<RetentionOptions, 'records' | 'store'>,
  kind: RemovedKind,
  before: number,
  account?: string,
): Promise<number> {
  let removed = 0
  for (;;) {
    const due = await records.removals.due(kind, before, pageSize, account)
    for (const submission of due) {
      for (const { key } of objectsOf(submission, kind)) await store.delete(key)
      await records.removals.done(submission.id, kind)
    }
    removed += due.length
    if (due.length < pageSize) return removed
  }
}

/** Goes on doing so until `signal` aborts. */
export async function runRetention(
  options: RetentionOptions & { readonly log: Logger; readonly everyMs: number },
  signal: AbortSignal,
): Promise<void> {
  const { log, everyMs, retention } = options
  if (retention.sourceMs === undefined && retention.resultMs === undefined) return
  while (!signal.aborted) {
    try {
      const removed = await removeOld(options)
      if (removed > 0) log.info({ removed }, 'removed what is older than the retention allows')
    } catch (error) {
      log.warn({ problem: messageOf(error) }, 'cannot remove what is old; trying again')
    }
    await delay(everyMs, undefined, { signal, ref: false }).catch(() => undefined)
  }
}
