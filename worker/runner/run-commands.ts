import { setTimeout as sleep } from 'node:timers/promises'
import { createDiagnosis, type Diagnosis, resultOf } from './diagnose.ts'
import { createMeter } from './meter.ts'
import type { Place } from './place.ts'
import type { CommandResult, RunCause, RunCommand, RunLimits, RunOptions, RunOutcome } from './runner.ts'
import { createStop, type Stop } from './stop.ts'

interface Session {
  readonly place: Place
  readonly options: RunOptions
  readonly stop: Stop
  readonly diagnosis: Diagnosis
  readonly sink: ReturnType<typeof createMeter>
  readonly results: CommandResult[]
}

/**
 * The part of a run that is the same in every runner: order, time, output and cancel, and why it ended. When it
 * resolves, no process of the commands is left.
 */
export async function runCommands(place: Place, limits: RunLimits, options: RunOptions): Promise<RunOutcome> {
  const started = performance.now()
  const stop = createStop(limits, options.signal)
  const sink = createMeter(limits.outputBytes, options.onOutput, () => stop.trip('output-limit'))
  const session = { place, options, stop, diagnosis: createDiagnosis(place), sink, results: [] }
  const over = new AbortController()
  const stopping = endWhenTripped(session, limits.graceMs, over.signal)
  try {
    const cause = await Promise.race([runAll(session), failureOf(stopping)])
    const durationMs = performance.now() - started
    return { cause, commands: session.results, durationMs, ...(await peakOf(session)) }
  } finally {
    stop.close()
    over.abort()
    await stopping.catch(() => {})
    await place.kill()
  }
}

async function runAll(session: Session): Promise<RunCause> {
  const { options, stop } = session
  let first: RunCause | undefined
  for (const [index, command] of options.commands.entries()) {
    if (stop.reason !== undefined) return { kind: stop.reason }
    const { cut, failure, dead } = await runOne(session, index, command)
    if (cut !== undefined) return { kind: cut }
    first ??= failure
    if (dead || (failure !== undefined && !options.keepGoing)) break
  }
  return first ?? { kind: 'completed' }
}

async function runOne({ place, options, stop, diagnosis, sink, results }: Session, index: number, command: RunCommand) {
  await options.onCommand({ kind: 'started', index, command })
  const started = performance.now()
  const ending = await place.execute(command, sink)
  const cut = stop.reason
  const result = resultOf(command, ending, performance.now() - started, cut !== undefined)
  results.push(result)
  const failure = cut === undefined ? await diagnosis.explain(ending, index, command) : undefined
  await options.onCommand({ kind: 'ended', index, result })
  return { cut, failure, dead: ending.kind === 'sandbox-out-of-memory' }
}

/** TERM, the grace period, KILL. Ends at once when the run is over without it. */
async function endWhenTripped({ place, stop, diagnosis }: Session, graceMs: number, over: AbortSignal): Promise<void> {
  const end = aborted(over)
  await Promise.race([stop.tripped, end])
  if (over.aborted) return
  const grace = sleep(graceMs, undefined, { signal: over }).catch(() => {})
  await Promise.race([place.terminate(), grace])
  await grace
  if (over.aborted) return
  await diagnosis.peakBytes(false)
  await place.kill()
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}

/** Never resolves: only the failure of what runs beside matters. */
async function failureOf(beside: Promise<void>): Promise<never> {
  await beside
  return new Promise(() => {})
}

async function peakOf({ diagnosis, stop }: Session) {
  const peakMemoryBytes = await diagnosis.peakBytes(stop.reason === undefined)
  return peakMemoryBytes === undefined ? {} : { peakMemoryBytes }
}
