import type { Readable } from 'node:stream'
import type { ImageBuild } from '../../core/images/built-name.ts'

/** The namespace of images that are for everybody. */
export const everybody = ''

/** How work on an image tells whoever waits for it. */
interface ImageReport {
  /** RAI's own line, without a line end. */
  say(line: string): Promise<void>
  /** What a build printed; it may come in any pieces, and it is hostile. */
  print(bytes: Buffer): Promise<void>
}

export interface ImageWork {
  readonly report: ImageReport
  /** Gives the work up; it then rejects with the signal's reason. */
  readonly signal: AbortSignal
}

/** An image that stays on this host until it is released. */
export interface HeldImage {
  /** What a runner finds it by: a name in full, or `sha256:…` of one that was built for one run. */
  readonly reference: string
  /** A second call does nothing. */
  release(): void
}

export interface BuildRequest {
  readonly build: ImageBuild
  /** Whose it will be: `rai/ece408/team-rocket`, or `everybody`. */
  readonly namespace: string
  /** The submission as an uncompressed tar. Called twice: to read the Dockerfile, and to build. */
  readonly source: () => Promise<Readable>
  /** The name in full of an image that may be built on, or a `Refusal`. */
  readonly check: (image: string) => string
}

export interface StoredImage {
  /** In full; several where one image has several names. */
  readonly names: readonly string[]
  readonly id: string
  /** Layers that images share are counted with each. */
  readonly bytes: number
  /** When it was last wanted here, in milliseconds since the epoch. Absent: RAI neither fetched nor built it. */
  readonly usedAt?: number
  /** Whose it is, where it is not for everybody. */
  readonly namespace?: string
  /** Never removed by RAI, because the configuration names it. */
  readonly pinned: boolean
}

/**
 * The images of one engine, as a port. Methods may be called concurrently. They reject with `ProviderError` when the
 * engine or the registry fails, with a `Refusal` for what a person can mend, and with the signal's reason.
 */
export interface Images {
  /**
   * Sees to it that the engine has it, and holds it. Whoever wants the same image at the same time shares one pull.
   *
   * @param namespace whose private images may be had, besides those for everybody.
   */
  ensure(image: string, namespace: string, work: ImageWork): Promise<HeldImage>
  /** Builds, publishes where that is asked for, and holds what was built. */
  build(request: BuildRequest, work: ImageWork): Promise<HeldImage>
  /** Fetches the pinned images that are missing. Never rejects: each that cannot be had is a line in the log. */
  prepare(signal: AbortSignal): Promise<void>
  list(): Promise<readonly StoredImage[]>
  /**
   * Removes what RAI fetched or built, the least recently used first, until the rest fits into `budget` bytes. Never an
   * image that is held, pinned, or used by a container.
   *
   * @returns the names that were removed.
   */
  prune(budget?: number): Promise<readonly string[]>
}
