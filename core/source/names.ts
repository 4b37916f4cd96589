import { nameBytes, pathBytes, pathDepth } from './limits.ts'
import { nameIsUnsafe, nameTooLong, pathLeavesRoot } from './refusals.ts'

/** Control characters, and the bidirectional overrides that make one name look like another. */
const unsafe = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069\uFFFD\p{Cs}]/u

/**
 * A path as a reader found it, as a path below the root: `./a//b/` is `a/b`. The root itself is the empty string.
 * Refuses what leaves the root, what no terminal shows faithfully, and what no Linux file system holds.
 */
export function checkedPath(path: string): string {
  if (unsafe.test(path)) throw nameIsUnsafe(path)
  if (path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path)) throw pathLeavesRoot(path)
  const names = path.split('/').filter((name) => name !== '' && name !== '.')
  if (names.includes('..')) throw pathLeavesRoot(path)
  const joined = names.join('/')
  if (Buffer.byteLength(joined) > pathBytes || names.length > pathDepth) throw nameTooLong(path)
  if (names.some((name) => Buffer.byteLength(name) > nameBytes)) throw nameTooLong(path)
  return joined
}

/** A link's target, as written. Where it leads is `checkLinks`'s affair. */
export function checkedTarget(path: string, target: string): string {
  if (unsafe.test(target) || target === '') throw nameIsUnsafe(`${path} -> ${target}`)
  if (Buffer.byteLength(target) > pathBytes - 1) throw nameTooLong(path)
  return target
}

/** Compares like the bytes of their UTF-8 do, which is not how JavaScript compares strings. */
export function byteOrderKey(path: string): string {
  return Buffer.from(path, 'utf8').toString('latin1')
}

/** Adds the folders a path lies in: `a/b/c` → `a/b`, `a`. Costs only what is new. */
export function addFoldersOf(path: string, folders: Set<string>): void {
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    const folder = path.slice(0, end)
    if (folders.has(folder)) return
    folders.add(folder)
  }
}
