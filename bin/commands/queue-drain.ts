import type { Writable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type { Operating } from './operate.ts'
import { named, pauseQueue } from './pause.ts'

export interface DrainOptions {
  /** `undefined` is all of them. */
  readonly queue: string | undefined
  readonly cancel: boolean
  readonly reason: string
  /** Stops waiting; the pause stays. */
  readonly signal: AbortSignal
  readonly out: Writable
  readonly pollMs?: number
}

const most = 10_000

/** Pauses, and resolves when nothing runs there any more. */
export async function drainQueue(operating: Operating, options: DrainOptions): Promise<void> {
  const { queue, cancel, reason, signal, out, pollMs = 1000 } = options
  await pauseQueue(operating, queue, reason)
  out.write(`Nothing more starts in ${named(queue)}.\n`)
  if (cancel) out.write(`Asked to cancel what runs: ${await cancelRunning(operating, queue)}.\n`)
  for (let said = -1; !signal.aborted; ) {
    const running = (await operating.records.operations.running(queue, most)).length
    if (running !== said)
      out.write(running === 0 ? `Nothing runs any more. ${undo(queue)}\n` : `${running} still run.\n`)
    if (running === 0) return
    said = running
    await delay(pollMs, undefined, { signal }).catch(() => undefined)
  }
}

function undo(queue: string | undefined): string {
  return `\`rai resume${queue === undefined ? '' : ` ${queue}`}\` goes on.`
}

async function cancelRunning(operating: Operating, queue: string | undefined): Promise<number> {
  const { records, actor } = operating
  const running = await records.operations.running(queue, most)
  for (const id of running) {
    await records.runs.requestCancel(id, actor)
    await records.audit.write({ actor, action: 'submission.cancel', subject: id, detail: { drain: true } })
  }
  return running.length
}
