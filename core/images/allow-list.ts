import picomatch from 'picomatch'
import { nearest } from '../config/nearest.ts'
import { canonicalImage, type ImageName, parseImageName } from './name.ts'
import { type ImageOwner, namespaceOf, privateNamespace } from './owner.ts'
import { imageNotAllowed, notAnImageName, privateImage } from './refusals.ts'

export interface AllowListOptions {
  /**
   * Globs over `repository:tag` or `repository@sha256:…`. One without `*` means what Docker would read: `gcc` is
   * `gcc:latest`. A digest is covered by itself, or by a glob that takes every tag of its repository.
   */
  readonly patterns: readonly string[]
  /** Always allowed: the course's own image. */
  readonly always: readonly string[]
}

/** Which images a course runs. A plain value of functions; nothing here asks an engine. */
export interface AllowList {
  /**
   * The name in full, when `owner` may use this image: it is listed, or the owner's own.
   *
   * @throws Refusal `image-not-allowed`, `private-image` or `bad-image-name`
   */
  check(image: string, owner: ImageOwner): string
}

export function createAllowList({ patterns, always }: AllowListOptions): AllowList {
  const shown = [...new Set([...always, ...patterns])]
  const tests = shown.map((pattern) => picomatch(inFull(pattern), { dot: true, nonegate: true }))
  const isListed = (name: ImageName) => candidatesOf(name).some((text) => tests.some((matches) => matches(text)))
  return {
    check(image, owner) {
      const name = parseImageName(image)
      const full = canonicalImage(image)
      if (name === undefined || full === undefined) throw notAnImageName(image)
      const namespace = privateNamespace(image)
      if (namespace !== undefined) {
        if (namespace !== namespaceOf(owner)) throw privateImage(image)
        return full
      }
      if (!isListed(name)) throw imageNotAllowed(image, shown, (found) => nearest(image, shown.filter(isPlain), found))
      return full
    },
  }
}

/** A glob stays as it is: whoever writes `nvidia/*` means every tag. */
function inFull(pattern: string): string {
  return isPlain(pattern) ? (canonicalImage(pattern) ?? pattern) : pattern
}

function isPlain(pattern: string): boolean {
  return !/[*?[\]{}()!]/.test(pattern)
}

/** No tag is called this, so that only a glob over all tags takes it. */
const anyTag = '\u{10ffff}'

/** With a digest, the tag proves nothing: the digest may be that of any other image of the repository. */
function candidatesOf({ repository, tag, digest }: ImageName): readonly string[] {
  return digest === undefined ? [`${repository}:${tag}`] : [`${repository}@${digest}`, `${repository}:${anyTag}`]
}
