import type { GpuKind } from './gpus.ts'

/** `2 × volta, 15.8 GiB`: the kinds among some GPUs, a line each. */
export function kindLines(gpus: readonly GpuKind[], inUnits: (bytes: number) => string): string[] {
  const counts = new Map<string, number>()
  for (const { architecture = 'GPU of unknown kind', memoryBytes } of gpus) {
    const kind = memoryBytes === undefined ? architecture : `${architecture}, ${inUnits(memoryBytes)}`
    counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  return [...counts].map(([kind, count]) => `${count} × ${kind}`).sort()
}
