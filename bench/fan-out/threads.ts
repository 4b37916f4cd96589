import { randomUUID } from 'node:crypto'
import type { Chat } from '../../bots/chat.ts'
import { liveCard, rootCard } from '../../bots/render/cards.ts'
import type { SubmissionLog } from '../../core/log/log.ts'
import type { Records } from '../../core/records/records.ts'
import { chooseNext } from '../../core/schedule/choose.ts'
import { staged } from '../scale/job.ts'

const queue = 'rai_amd64'
const linesPerSecond = 10
const perBeat = 5
const beatMs = (perBeat / linesPerSecond) * 1_000
/** They come five at a time, so the newest is on average half as old as the time between. */
export const meanLineAgeMs = beatMs / 2

/** Submissions that run, with their threads already there: posting hundreds of them takes the platform minutes. */
export async function runInThreads(records: Records, chat: Chat, channels: readonly string[]): Promise<string[]> {
  const ids: string[] = []
  for (const channel of channels) ids.push(await runOne(records, chat, channel))
  return ids
}

async function runOne(records: Records, chat: Chat, channel: string): Promise<string> {
  const place = { platform: chat.platform, workspace: chat.workspace, channel }
  const account = randomUUID()
  await records.intake.receive(
    {
      ...{ eventKey: randomUUID(), place, account, course: 'demo', queue, priority: 'student' },
      ...{ source: { kind: 'git', url: 'https://git.example/a' }, sourcePlace: 'any', submittedAt: Date.now() },
    },
    () => undefined,
  )
  const work = await records.intake.claimStaging({ owner: 'bench', leaseMs: 60_000, places: ['any'] })
  if (work === undefined) throw new Error('nothing to stage')
  await records.intake.enqueue(work.lease, staged, { queue, needs: {} })
  const worker = { queue, worker: 'w', host: 'h', leaseMs: 3_600_000 }
  const run = await records.runs.claim({ ...worker, choose: ({ waiting, served }) => chooseNext(waiting, served) })
  if (run === undefined) throw new Error('nothing to run')
  const view = { submission: run.submission, who: 'somebody', tail: [], now: Date.now() }
  const root = await chat.postRoot(place, rootCard(view), randomUUID())
  const card = await chat.post(root, liveCard(view), randomUUID())
  for (const [purpose, message] of [
    ['root', root],
    ['card', card],
  ] as const) {
    const { delivery } = await records.deliveries.begin(run.submission.id, purpose, place)
    await records.deliveries.sent(delivery.id, message)
  }
  return run.submission.id
}

/** Each prints ten lines a second, a line says when it was printed, until `signal` aborts. */
export async function print(logs: SubmissionLog, ids: readonly string[], signal: AbortSignal): Promise<void> {
  await Promise.all(ids.map((id, index) => printOne(logs, id, (index / ids.length) * beatMs, signal)))
}

async function printOne(logs: SubmissionLog, id: string, offsetMs: number, signal: AbortSignal): Promise<void> {
  const started = performance.now() + offsetMs
  for (let sequence = 1; !signal.aborted; sequence += 1) {
    const due = started + sequence * beatMs
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())))
    const at = Date.now()
    const text = Array.from(
      { length: perBeat },
      (_, line) => `line ${(sequence - 1) * perBeat + line} at ${at}\n`,
    ).join('')
    await logs.append(id, [
      { version: 1, attempt: 1, sequence, kind: 'pieces', pieces: [{ stream: 'stdout', at, text }] },
    ])
  }
}
