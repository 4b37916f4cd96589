import { closest, distance } from 'fastest-levenshtein'

/** What `say` makes of the candidate that is likely to be meant, or nothing when none is near. */
export function nearest(word: string, candidates: readonly string[], say: (found: string) => string): string {
  if (candidates.length === 0 || word.length > 100) return ''
  const found = closest(word.toLowerCase(), candidates)
  const near = distance(word.toLowerCase(), found) <= Math.max(1, Math.floor(found.length / 3))
  return near ? say(found) : ''
}
