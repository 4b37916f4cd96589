import { StringDecoder } from 'node:string_decoder'
import { stripVTControlCharacters } from 'node:util'
import prettyMilliseconds from 'pretty-ms'
import { ProviderError } from '../../core/errors.ts'
import { ownedByRoot } from '../result/owned-by-root.ts'
import type { Engine } from '../runner/docker-engine.ts'
import { readEvents } from './engine-events.ts'
import { type BuildRequest, everybody, type ImageWork } from './images.ts'
import { labels } from './labels.ts'
import { noteLeftovers } from './leftovers.ts'
import { buildFailed, buildTimedOut, builtTooLarge } from './refusals.ts'
import { watchGrowth } from './watch-growth.ts'

/** The bounds of one build. */
export interface BuildLimits {
  readonly timeMs: number
  readonly memoryBytes: number
  readonly cpus: number
  /** Processes and threads of each step. */
  readonly pids: number
  /** What a build may write, and its image may have more than what it is built on. */
  readonly bytes: number
  readonly network: boolean
  /** What of a build's output is shown. */
  readonly outputBytes: number
  /** How often what a build has written is measured. */
  readonly measureMs: number
}

class TooLarge extends Error {
  override readonly name = 'TooLarge'
  constructor(readonly bytes: number) {
    super(`it wrote ${bytes} bytes`)
  }
}

/**
 * Builds with the engine's own builder, without BuildKit, and tags. Each step runs in a container with these limits.
 *
 * @returns `sha256:…`, from the engine, never from what a step printed.
 */
export async function buildImage(
  engine: Engine,
  request: BuildRequest,
  limits: BuildLimits,
  { report, signal }: ImageWork,
): Promise<string> {
  const { name } = request.build
  const started = performance.now()
  const tooLarge = new AbortController()
  const leftovers = noteLeftovers(engine)
  const growth = watchGrowth(engine, limits, (bytes) => tooLarge.abort(new TooLarge(bytes)))
  const stop = AbortSignal.any([signal, tooLarge.signal, AbortSignal.timeout(limits.timeMs)])
  await report.say(`Building ${name} from ${request.build.dockerfile}…`)
  try {
    const build = (abortSignal: AbortSignal) =>
      buildToEnd(engine, { request, limits, abortSignal }, report.print, (text) => {
        growth.onOutput(text)
        leftovers.onOutput(text)
      })
    const id = await engine.call('build image', build, { signal: stop, limitMs: limits.timeMs + 5_000 })
    const took = prettyMilliseconds(performance.now() - started, { secondsDecimalDigits: 1 })
    await report.say(`Built ${name} in ${took}.`)
    return id
  } catch (error) {
    await leftovers.remove()
    signal.throwIfAborted()
    if (tooLarge.signal.reason instanceof TooLarge) throw builtTooLarge(tooLarge.signal.reason.bytes, limits.bytes)
    if (stop.aborted) throw buildTimedOut(limits.timeMs)
    throw error
  } finally {
    growth.close()
  }
}

interface Build {
  readonly request: BuildRequest
  readonly limits: BuildLimits
  readonly abortSignal: AbortSignal
}

async function buildToEnd(
  engine: Engine,
  { request, limits, abortSignal }: Build,
  print: (bytes: Buffer) => Promise<void>,
  onOutput: (text: string) => void,
): Promise<string> {
  const context = ownedByRoot(await request.source())
  context.on('error', () => undefined)
  const output = bounded(print, limits.outputBytes)
  let id: string | undefined
  try {
    const options = { ...optionsOf(request, limits), abortSignal }
    for await (const event of readEvents(await engine.api.buildImage(context, options))) {
      if (event.error !== undefined) throw failureOf(event.error)
      id = event.aux?.ID ?? id
      if (event.stream === undefined) continue
      onOutput(event.stream)
      await output(event.stream)
    }
  } finally {
    context.destroy()
  }
  if (id === undefined) throw failureOf('the engine named no image')
  return id
}

const period = 100_000

function optionsOf({ build, namespace }: BuildRequest, limits: BuildLimits) {
  return {
    dockerfile: build.dockerfile,
    t: build.name,
    nocache: build.noCache,
    // What it is built on is here already: nothing else is fetched.
    pull: false,
    rm: true,
    forcerm: true,
    memory: limits.memoryBytes,
    memswap: limits.memoryBytes,
    cpuperiod: period,
    cpuquota: Math.round(limits.cpus * period),
    networkmode: limits.network ? 'default' : 'none',
    labels: namespace === everybody ? {} : { [labels.namespace]: namespace },
    ulimits: JSON.stringify([
      { Name: 'fsize', Soft: limits.bytes, Hard: limits.bytes },
      { Name: 'core', Soft: 0, Hard: 0 },
    ]),
    version: '1' as const,
  }
}

/** A disk that is full, or an engine that stops, is our fault; whatever else a step ends with is the file's. */
function failureOf(said: string): Error {
  if (!/no space left on device|context canceled|daemon is shutting down/i.test(said)) return buildFailed(said)
  const cause = new Error(said)
  return new ProviderError({ provider: 'docker', operation: 'build image', retryable: true, cause })
}

/** The engine paints stderr red, and may do so in pieces that end anywhere. */
function bounded(print: (bytes: Buffer) => Promise<void>, limit: number): (text: string) => Promise<void> {
  let left = limit
  return async (text) => {
    if (left <= 0) return
    const bytes = Buffer.from(stripVTControlCharacters(text))
    left -= bytes.length
    if (left > 0) return await print(bytes)
    await print(
      Buffer.from(
        `${new StringDecoder().write(bytes.subarray(0, left))}\n[the rest of the build's output is left out]\n`,
      ),
    )
  }
}
