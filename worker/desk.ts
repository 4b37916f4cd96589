import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { SubmissionLog } from '../core/log/log.ts'
import type { Redactor } from '../core/secret/redact.ts'
import { createOutput, type Output } from './output.ts'
import { createPublisher } from './publisher.ts'
import { openSpool, type Spool } from './spool.ts'

/** What one attempt writes its output on: the spool on disk, and behind it the live log. */
export interface Desk {
  readonly output: Output
  readonly spool: Spool
  /** Ends the output and gives the live log a while to catch up. A second call does nothing. */
  end(): Promise<void>
  /** Removes everything from this host's disk. */
  clear(): Promise<void>
}

export interface DeskOptions {
  readonly submission: string
  readonly attempt: number
  readonly bus: SubmissionLog
  readonly log: Logger
  readonly scratch: string
  readonly redactor?: Redactor
}

/** How long a verdict waits for a live log that lags behind: the stored log has everything anyway. */
const catchUpMs = 3000

export async function openDesk(options: DeskOptions): Promise<Desk> {
  const { submission, attempt, bus, log, scratch, redactor } = options
  const folder = await mkdtemp(join(scratch, `run-${submission}-${attempt}-`))
  const spool = await openSpool(join(folder, 'log.ndjson'))
  const publisher = createPublisher({ submission, spool, bus, log })
  const output = createOutput({
    attempt,
    spool,
    onEntry: publisher.poke,
    ...(redactor === undefined ? {} : { redactor }),
  })
  let ended: Promise<void> | undefined
  const end = () => {
    ended ??= output.end().then(() => publisher.finish(catchUpMs))
    return ended
  }
  return {
    output,
    spool,
    end,
    clear: async () => {
      await end().catch(() => undefined)
      await spool.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
