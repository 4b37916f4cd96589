import { resolve } from 'node:path'
import { glob } from 'tinyglobby'

/** The course files that a list of paths and globs names, absolute and in order. A path without a glob is always one. */
export async function findCourseFiles(patterns: readonly string[]): Promise<readonly string[]> {
  const plain = patterns.filter((pattern) => !isGlob(pattern)).map((pattern) => resolve(pattern))
  const globs = patterns.filter(isGlob)
  const found = globs.length === 0 ? [] : await glob(globs, { absolute: true, onlyFiles: true })
  return [...new Set([...plain, ...found.map((path) => resolve(path)).sort()])]
}

function isGlob(pattern: string): boolean {
  return /[*?[\]{}]/.test(pattern)
}
