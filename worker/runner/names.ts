import { nameOf, type SandboxLabels } from './labels.ts'
import type { Releasers } from './releasers.ts'

/** The names of the sandboxes that one runner has open: an attempt may have several, such as one that grades. */
export interface Names {
  /** `<submission>-<attempt>`, with a number behind it while that is taken; free again once all else is released. */
  take(sandbox: SandboxLabels, releasers: Releasers): string
}

export function createNames(): Names {
  const taken = new Set<string>()
  return {
    take(sandbox, releasers) {
      const plain = nameOf(sandbox)
      let name = plain
      for (let count = 2; taken.has(name); count += 1) name = `${plain}-${count}`
      taken.add(name)
      releasers.add(async () => void taken.delete(name))
      return name
    },
  }
}
