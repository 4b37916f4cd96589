import type { Releasers } from './releasers.ts'

/** The cores of the engine's machine, for runs that get some of their own. */
export interface CorePool {
  /**
   * As many as `cpus` needs, as the engine writes them (`0,3`), until all else is released. `undefined` when so many
   * are not free: the run then shares all cores, within its share of time.
   */
  take(cpus: number, releasers: Releasers): string | undefined
}

export function createCorePool(count: number): CorePool {
  const free = new Set(Array.from({ length: count }, (_, index) => index))
  return {
    take(cpus, releasers) {
      const wanted = Math.max(1, Math.ceil(cpus))
      if (free.size < wanted) return undefined
      const cores = [...free].slice(0, wanted)
      for (const core of cores) free.delete(core)
      releasers.add(async () => {
        for (const core of cores) free.add(core)
      })
      return cores.join(',')
    },
  }
}
