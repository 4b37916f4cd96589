import type { Engine } from '../runner/docker-engine.ts'
import type { BuildLimits } from './build.ts'
import { limitProcesses } from './limit-processes.ts'

export interface GrowthWatch {
  /** Takes what the build prints, for the engine's notes of which containers it runs. */
  onOutput(text: string): void
  close(): void
}

/** More steps than an image can have layers. */
const mostContainers = 200

/**
 * Bounds the processes of every step, and measures what all steps of a build write together, because a plain file system has no limit of its own for them. A
 * step may print what looks like the engine's note: then one container more is measured, and nothing else happens.
 */
export function watchGrowth(engine: Engine, limits: BuildLimits, onTooLarge: (bytes: number) => void): GrowthWatch {
  /** The last size seen of each; a step that ended keeps its own. */
  const sizes = new Map<string, number>()
  // The engine's clock may be a little behind ours.
  const notBefore = Date.now() - 2000
  let measuring = false
  const measure = async () => {
    if (measuring || sizes.size === 0) return
    measuring = true
    try {
      for (const [id, bytes] of await sizesOf(engine, [...sizes.keys()])) sizes.set(id, bytes)
      const sum = [...sizes.values()].reduce((total, bytes) => total + bytes, 0)
      if (sum > limits.bytes) onTooLarge(sum)
    } catch {
      // An engine that does not answer is met by the build itself.
    } finally {
      measuring = false
    }
  }
  const timer = setInterval(() => void measure(), limits.measureMs)
  timer.unref()
  return {
    onOutput(text) {
      for (const [, id] of text.matchAll(/^ ---> Running in ([0-9a-f]{12})$/gm)) {
        if (id === undefined || sizes.has(id)) continue
        sizes.set(id, 0)
        void limitProcesses(engine, id, limits, notBefore)
      }
      // Whoever invents that many hides one from us.
      if (sizes.size > mostContainers) onTooLarge(limits.bytes)
    },
    close: () => clearInterval(timer),
  }
}

async function sizesOf(engine: Engine, ids: readonly string[]): Promise<readonly (readonly [string, number])[]> {
  const options = { all: true, size: true, filters: { id: [...ids] } }
  const list = (abortSignal: AbortSignal) => engine.api.listContainers({ ...options, abortSignal })
  const found = await engine.call('measure a build', list)
  return found.map((container) => [container.Id.slice(0, 12), writtenBy(container)])
}

/** Only there when it was asked for, which the types do not know. */
function writtenBy(container: object): number {
  return 'SizeRw' in container && typeof container.SizeRw === 'number' ? container.SizeRw : 0
}
