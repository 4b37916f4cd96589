import { createHash } from 'node:crypto'

/** What most file systems allow is 255 bytes a name. */
const longestName = 200

/**
 * The file of a key, relative to the objects' folder. Files end in `~`, which no key contains, so that the keys `a` and
 * `a/b` can both exist.
 */
export function fileOf(key: string): string {
  return `${key.split('/').map(nameOf).join('/')}~`
}

function nameOf(segment: string): string {
  if (segment.length <= longestName) return segment
  const hash = createHash('sha256').update(segment).digest('hex')
  return `${segment.slice(0, longestName - hash.length - 1)}~${hash}`
}
