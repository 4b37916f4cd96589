import type { Engine } from '../runner/docker-engine.ts'

export interface Leftovers {
  onOutput(text: string): void
  /** Removes what the steps of a failed build left. Never rejects: what stays is small, and the next build's cache. */
  remove(): Promise<void>
}

/**
 * Notes the last layer that a build says it made. A step may print what looks like that note, so the image has to be
 * one without a name, and younger than this build.
 */
export function noteLeftovers(engine: Engine): Leftovers {
  // The engine's clock may be a little behind ours.
  const notBefore = Date.now() - 2000
  let last: string | undefined
  return {
    onOutput(text) {
      const [, id] = /^ ---> ([0-9a-f]{12})$/m.exec(text) ?? []
      last = id ?? last
    },
    async remove() {
      if (last === undefined) return
      const image = engine.api.getImage(last)
      try {
        const { RepoTags, RepoDigests, Created } = await engine.call('inspect image', () => image.inspect())
        const named = (RepoTags ?? []).length + (RepoDigests ?? []).length > 0
        if (named || Date.parse(Created) < notBefore) return
        await engine.call('remove image', (abortSignal) => image.remove({ abortSignal }))
      } catch {
        // In use, or gone.
      }
    },
  }
}
