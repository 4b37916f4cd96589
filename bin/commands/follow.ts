import { setTimeout as delay } from 'node:timers/promises'
import { cleanStretch } from '../../bots/render/clean.ts'
import { type LogEntry, logStart } from '../../core/log/log.ts'
import type { Submission } from '../../core/records/submission.ts'
import { signLinks } from '../../core/submission/links.ts'
import type { Verdict } from '../../core/vocabulary.ts'
import type { Deployment } from '../compose/deployment.ts'
import type { CommandIo } from './io.ts'

interface Following {
  readonly io: CommandIo
  readonly signal: AbortSignal
}

const pollMs = 200
/** How long the last lines may take to arrive after the verdict. */
const lastLinesMs = 3000

/** Prints what a submission prints, and how it goes, until its verdict. Gives the exit code. */
export async function followToEnd(deployment: Deployment, id: string, { io, signal }: Following): Promise<number> {
  io.stderr.write(`Submission ${id} received.\n`)
  const stop = new AbortController()
  const ended = new AbortController()
  const printing = printLog(deployment, id, { io, signal: stop.signal, onEnd: () => ended.abort() })
  try {
    const submission = await untilFinished(deployment, id, io, signal)
    if (submission.attempt > 0) await delay(lastLinesMs, undefined, { signal: ended.signal }).catch(() => undefined)
    stop.abort()
    await printing
    await printVerdict(deployment, submission, io)
    return exitCodeOf(submission.verdict)
  } finally {
    stop.abort()
  }
}

async function untilFinished(
  deployment: Deployment,
  id: string,
  io: CommandIo,
  signal: AbortSignal,
): Promise<Submission> {
  let state = ''
  for (;;) {
    const submission = await deployment.records.lookup.byId(id)
    if (submission === undefined) throw new Error(`Submission ${id} is gone from the records`)
    if (submission.state === 'finished') return submission
    if (submission.state !== state) io.stderr.write(`${describeState(submission)}\n`)
    state = submission.state
    await delay(pollMs, undefined, { signal })
  }
}

function describeState({ state, staged, queue, attempt }: Submission): string {
  if (state === 'staging') return 'Fetching the code.'
  if (state === 'running') return `Running${attempt > 1 ? `, attempt ${attempt}` : ''}.`
  if (state !== 'queued' || staged === undefined) return 'Waiting to be fetched.'
  const commit = staged.commit === undefined ? '' : ` of commit ${staged.commit.slice(0, 12)}`
  return `Waiting in ${queue}: ${staged.entries} files${commit}, sha256 ${staged.treeHash.slice(0, 12)}.`
}

interface Printing extends Following {
  readonly onEnd: () => void
}

async function printLog({ bus }: Deployment, id: string, { io, signal, onEnd }: Printing): Promise<void> {
  for await (const entry of bus.follow(id, { after: logStart, signal })) {
    print(entry, io)
    if (entry.kind === 'end') onEnd()
  }
}

function print({ pieces }: LogEntry, { stdout, stderr }: CommandIo): void {
  for (const { stream, text } of pieces) {
    const out = stream === 'stdout' ? stdout : stderr
    // A file gets the bytes as they are; a terminal would obey them.
    out.write(out.isTTY === true ? cleanStretch(text) : text)
  }
}

async function printVerdict(
  { store, config }: Deployment,
  submission: Submission,
  { stderr }: CommandIo,
): Promise<void> {
  stderr.write(`${submission.verdict}: ${submission.result?.sentence ?? ''}\n`)
  if (config.store.provider === 'filesystem') return
  const links = await signLinks(store, submission, config.limits.link_lifetime_seconds)
  if (links.build !== undefined) stderr.write(`/build: ${links.build.url}\n`)
  if (links.log !== undefined) stderr.write(`Log: ${links.log.url}\n`)
}

function exitCodeOf(verdict: Verdict | undefined): number {
  if (verdict === 'succeeded') return 0
  if (verdict === 'refused') return 2
  return verdict === 'system-error' ? 3 : 1
}
