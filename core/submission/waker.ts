import type { Logger } from 'pino'
import { messageOf } from '../errors.ts'
import type { Queue } from '../queue/queue.ts'
import type { Runs } from '../records/runs.ts'
import type { Unwoken } from '../records/waking.ts'

export interface WakerOptions {
  readonly runs: Runs
  readonly queue: Queue
  readonly log: Logger
  /** After how long a submission that still waits gets another message, in case the first was lost. */
  readonly repeatMs: number
}

/** Sends wake-ups for what is queued. */
export interface Waker {
  /**
   * Sends what is due, now. Never rejects: what could not be sent is due again. May be called concurrently; a message
   * too many does no harm.
   */
  wake(): Promise<void>
}

/** Messages a call. The rest is due at the next one. */
const batch = 20

export function createWaker({ runs, queue, log, repeatMs }: WakerOptions): Waker {
  const send = ({ id, queue: name }: Unwoken) => queue.send({ version: 1, queue: name, hint: id })
  return {
    wake: async () => {
      try {
        const due = await runs.takeUnwoken({ olderThanMs: repeatMs, limit: batch })
        const sent = await Promise.allSettled(due.map(send))
        const failed = due.filter((_, index) => sent[index]?.status === 'rejected')
        if (failed.length === 0) return
        await runs.putBackUnwoken(failed.map(({ id }) => id))
        const reason = sent.find((outcome) => outcome.status === 'rejected')?.reason
        log.warn({ count: failed.length, problem: messageOf(reason) }, 'wake-ups could not be sent; trying again')
      } catch (error) {
        log.warn({ problem: messageOf(error) }, 'wake-ups could not be sent; trying again')
      }
    },
  }
}
