import type { Engine } from '../runner/docker-engine.ts'
import type { BuildLimits } from './build.ts'

/**
 * Bounds the processes of one step of a build. The engine's builder has no such option, and root is above every other
 * one; but it says which container it is about to start. A step may print what looks like that note, so the container
 * has to have this build's own limits, and be younger than the build. Never rejects: a step that ended needs no bound.
 */
export async function limitProcesses(engine: Engine, id: string, limits: BuildLimits, notBefore: number) {
  const container = engine.api.getContainer(id)
  try {
    const info = await engine.call('inspect a build', (abortSignal) => container.inspect({ abortSignal }))
    const { Memory, MemorySwap } = info.HostConfig
    const ours = Memory === limits.memoryBytes && MemorySwap === limits.memoryBytes
    if (!ours || Date.parse(info.Created) < notBefore) return
    await engine.call('bound a build', () => container.update({ PidsLimit: limits.pids }))
  } catch {
    // It ended, or the engine does not answer, which the build itself meets.
  }
}
