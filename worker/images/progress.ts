import prettyBytes from 'pretty-bytes'
import type { EngineEvent } from './engine-events.ts'

export interface ProgressOptions {
  /** `Pulling gcc:13` */
  readonly title: string
  readonly say: (line: string) => Promise<void>
  /** Least time between two lines, in milliseconds. */
  readonly everyMs: number
  readonly now?: () => number
}

/** Sums up what is told of every layer many times a second into one line every few seconds. */
interface Progress {
  /** Resolves when the line was taken, if one was due. */
  add(event: EngineEvent): Promise<void>
}

interface Layer {
  readonly done: boolean
  readonly current: number
  readonly total: number
}

const finished = new Set(['Pull complete', 'Already exists', 'Pushed', 'Layer already exists'])
const moving = new Set(['Downloading', 'Pushing'])
const mostLayers = 1000

export function createProgress({ title, say, everyMs, now = performance.now.bind(performance) }: ProgressOptions) {
  const layers = new Map<string, Layer>()
  let last = now()
  const progress: Progress = {
    async add({ id, status, progressDetail }) {
      if (id === undefined || status === undefined || layers.size >= mostLayers) return
      const before = layers.get(id) ?? { done: false, current: 0, total: 0 }
      if (finished.has(status)) layers.set(id, { ...before, done: true, current: before.total })
      else if (moving.has(status)) layers.set(id, { ...before, ...knownOf(progressDetail, before) })
      else if (status === 'Pulling fs layer' || status === 'Preparing') layers.set(id, before)
      if (layers.size === 0 || now() - last < everyMs) return
      last = now()
      await say(`${title}: ${describe([...layers.values()])}`)
    },
  }
  return progress
}

function knownOf(detail: EngineEvent['progressDetail'], before: Layer) {
  return { current: detail?.current ?? before.current, total: detail?.total ?? before.total }
}

function describe(layers: readonly Layer[]): string {
  const done = layers.filter((layer) => layer.done).length
  const current = layers.reduce((sum, layer) => sum + layer.current, 0)
  const total = layers.reduce((sum, layer) => sum + layer.total, 0)
  const bytes =
    total === 0 ? '' : `, ${prettyBytes(current, { binary: true })} of ${prettyBytes(total, { binary: true })}`
  return `${done} of ${layers.length} layers${bytes}`
}
