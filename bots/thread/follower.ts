import { setTimeout as delay } from 'node:timers/promises'
import { createBell } from '../../core/bell.ts'
import { createErrorFinder, type FirstError } from '../../core/log/first-error.ts'
import { describeError } from '../../core/logger/describe-error.ts'
import { createLogFold } from '../tail.ts'
import type { ThreadOptions } from './options.ts'

/** What the log of one submission says so far. */
export interface Follower {
  readonly tail: readonly string[]
  readonly firstError: FirstError | undefined
  /** Resolves when this attempt said its last word, or after `ms`. */
  drained(attempt: number, ms: number): Promise<void>
}

const keep = 20
const retryMs = 1_000

/** Follows until `signal` aborts. `onChange` is called after each entry. */
export function followLog(
  { logs, logger, onLine }: ThreadOptions,
  submission: string,
  { signal, onChange }: { readonly signal: AbortSignal; readonly onChange: () => void },
): Follower {
  const fold = createLogFold(keep)
  let finder = createErrorFinder()
  const progress = createBell()

  async function read(): Promise<void> {
    for await (const entry of logs.follow(submission, { after: fold.cursor, signal })) {
      if (entry.attempt !== fold.cursor.attempt) finder = createErrorFinder()
      for (const line of fold.push(entry)) {
        finder.see(line.text)
        onLine?.(submission, line)
      }
      onChange()
      progress.ring()
    }
  }

  async function keepReading(): Promise<void> {
    while (!signal.aborted) {
      try {
        await read()
      } catch (error) {
        logger.warn({ submission, err: describeError(error) }, 'could not follow a log; trying again')
      }
      await delay(retryMs, undefined, { signal }).catch(() => undefined)
    }
  }

  void keepReading()
  return {
    get tail() {
      return fold.tail().map(({ text }) => text)
    },
    get firstError() {
      return finder.found
    },
    async drained(attempt, ms) {
      const endsAt = performance.now() + ms
      const isDrained = () => fold.cursor.attempt >= attempt && fold.ended
      while (!isDrained() && !signal.aborted && performance.now() < endsAt) {
        await progress.wait({ ms: endsAt - performance.now(), signal })
      }
    },
  }
}
