import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { createBell } from '../core/bell.ts'
import { messageOf } from '../core/errors.ts'
import type { LogEntry, SubmissionLog } from '../core/log/log.ts'
import type { Spool } from './spool.ts'

export interface PublisherOptions {
  readonly submission: string
  readonly spool: Spool
  readonly bus: SubmissionLog
  readonly log: Logger
  /** How far behind the output the live log may be before the middle is cut out. */
  readonly backlogBytes?: number
}

/** Carries the spool's entries to the live log, across outages of it. */
export interface Publisher {
  /** There is something new in the spool. */
  poke(): void
  /** Resolves once all of the spool is out, or after `limitMs`: the live log may be incomplete, the stored one is not. */
  finish(limitMs: number): Promise<void>
}

const readBytes = 256 * 1024

export function createPublisher(options: PublisherOptions): Publisher {
  const stop = new AbortController()
  const bell = createBell()
  let finishing = false
  const running = publish(options, {
    signal: stop.signal,
    next: async () => {
      if (finishing) return false
      await bell.wait()
      return true
    },
  })
  return {
    poke: bell.ring,
    finish: async (limitMs) => {
      finishing = true
      bell.ring()
      await Promise.race([running, delay(limitMs, undefined, { ref: false })])
      stop.abort()
      await running
    },
  }
}

interface Publishing {
  readonly signal: AbortSignal
  /** Waits for more; false when there will be none. */
  readonly next: () => Promise<boolean>
}

async function publish(options: PublisherOptions, { signal, next }: Publishing): Promise<void> {
  const { spool, backlogBytes = 8 * 1024 * 1024 } = options
  let offset = 0
  for (;;) {
    const behind = spool.size() - offset
    if (behind === 0) {
      if (!(await next()) && spool.size() === offset) return
      continue
    }
    const skipped = behind > backlogBytes
    if (skipped) offset = spool.size() - backlogBytes / 2
    const batch = await spool.read(offset, readBytes)
    const entries = skipped ? withGap(batch.entries) : batch.entries
    if (!(await appendPatiently(options, entries, signal))) return
    offset = batch.offset
  }
}

/** The gap stands where the last entry that was left out would. */
function withGap(entries: LogEntry[]): LogEntry[] {
  const [first] = entries
  if (first === undefined || first.sequence === 1) return entries
  const text = 'Some output is left out here; the whole log has it.\n'
  const gap = { stream: 'system', at: first.pieces[0]?.at ?? Date.now(), text } as const
  return [{ ...first, sequence: first.sequence - 1, kind: 'gap', pieces: [gap] }, ...entries]
}

/** False when told to stop. */
async function appendPatiently(
  { bus, submission, log }: PublisherOptions,
  entries: readonly LogEntry[],
  signal: AbortSignal,
): Promise<boolean> {
  for (let waitMs = 50; !signal.aborted; waitMs = Math.min(waitMs * 2, 2000)) {
    try {
      await bus.append(submission, entries)
      return true
    } catch (error) {
      log.debug({ submission, problem: messageOf(error) }, 'the live log does not take entries; trying again')
      await delay(waitMs, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }
  return false
}
