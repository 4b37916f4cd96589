import prettyMilliseconds from 'pretty-ms'
import { messageOf, ProviderError, Refusal } from '../../core/errors.ts'
import { type Engine, engineMessage, statusOf } from '../runner/docker-engine.ts'
import { readEvents } from './engine-events.ts'
import type { ImageWork } from './images.ts'
import { createProgress } from './progress.ts'
import { imageNotFound } from './refusals.ts'
import type { Registry } from './registry.ts'

export interface PullerOptions {
  readonly engine: Engine
  readonly registry: Registry | undefined
  /** Milliseconds that one pull may take. */
  readonly limitMs: number
  /** Least time between two lines about its progress. */
  readonly progressMs: number
}

export interface Puller {
  /** Resolves when the engine has it. Whoever wants the same image meanwhile waits for the same pull. */
  pull(image: string, work: ImageWork): Promise<void>
}

interface SharedPull {
  readonly listeners: Set<ImageWork>
  readonly stop: AbortController
  readonly done: Promise<void>
}

export function createPuller(options: PullerOptions): Puller {
  const running = new Map<string, SharedPull>()
  const begin = (image: string): SharedPull => {
    const listeners = new Set<ImageWork>()
    const stop = new AbortController()
    const tell = async (line: string) => {
      // One who cannot listen does not hold up the others.
      await Promise.allSettled([...listeners].map(({ report }) => report.say(line)))
    }
    const done = pullOnce(options, image, tell, stop.signal).finally(() => {
      if (running.get(image) === shared) running.delete(image)
    })
    done.catch(() => undefined)
    const shared = { listeners, stop, done }
    running.set(image, shared)
    return shared
  }
  return {
    async pull(image, work) {
      work.signal.throwIfAborted()
      const shared = running.get(image) ?? begin(image)
      shared.listeners.add(work)
      try {
        await Promise.race([shared.done, rejectionOf(work.signal)])
      } finally {
        shared.listeners.delete(work)
        if (shared.listeners.size === 0) {
          // Nobody waits any more; and whoever comes now starts a new one.
          if (running.get(image) === shared) running.delete(image)
          shared.stop.abort(new Error('nobody waits for this image any more'))
        }
      }
    },
  }
}

function rejectionOf(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

async function pullOnce(
  { engine, registry, limitMs, progressMs }: PullerOptions,
  image: string,
  say: (line: string) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const started = performance.now()
  const title = `Pulling ${image}`
  // Not before whoever asked listens.
  await Promise.resolve()
  await say(`${title}…`)
  const progress = createProgress({ title, say, everyMs: progressMs })
  const authconfig = registry?.loginFor(image)
  const pull = async (abortSignal: AbortSignal) => {
    const stream = await engine.api.pull(image, { abortSignal, ...(authconfig === undefined ? {} : { authconfig }) })
    for await (const event of readEvents(stream)) {
      if (event.error !== undefined) throw new Error(event.error)
      await progress.add(event)
    }
  }
  try {
    await engine.call(`pull ${image}`, pull, { limitMs, signal })
  } catch (error) {
    throw explain(image, error, registry)
  }
  await say(`Pulled ${image} in ${prettyMilliseconds(performance.now() - started, { secondsDecimalDigits: 1 })}.`)
}

const notThere =
  /manifest (?:for .* )?(?:unknown|not found)|not found|does not exist|denied|unauthorized|no basic auth|invalid reference/i

/** A registry that answered says that the name is at fault; one that did not says nothing about the name. */
function explain(image: string, error: unknown, registry: Registry | undefined): unknown {
  if (!(error instanceof ProviderError) || error instanceof Refusal) return error
  const said = engineMessage(error)
  const text = registry?.redact(said) ?? said
  if (statusOf(error) === 404 || notThere.test(text)) return imageNotFound(image, text)
  if (registry === undefined || text === said) return error
  const cause = new Error(registry.redact(messageOf(error.cause)))
  return new ProviderError({ provider: 'docker', operation: `pull ${image}`, retryable: true, cause })
}
