/** Longest name that is kept, in bytes; what the kernel allows for a path. */
const longest = 4096

/** Most folders in each other that are kept. What each costs grows with those around it. */
export const deepest = 100

/**
 * The name of an entry as segments below the root, or why it cannot be kept. The root itself is `[]`.
 * Names that no tool can be expected to handle safely are not kept either.
 */
export function readEntryName(name: string): readonly string[] | { readonly unfit: string } {
  if (Buffer.byteLength(name) > longest) return { unfit: 'the name is too long' }
  if (name.startsWith('/')) return { unfit: 'the name is absolute' }
  if (hasControls(name)) return { unfit: 'the name holds control characters' }
  const segments = segmentsOf(name)
  if (segments.includes('..')) return { unfit: 'the name leads out of /build' }
  if (segments.length > deepest) return { unfit: `it is more than ${deepest} folders deep` }
  return segments
}

/**
 * Whether a link with this target, made in a real folder `depth` levels below the root, stays below the root wherever
 * its own path may lead. `..` is allowed only in front: after a name it could step out of what that name links to.
 */
export function staysInside(target: string, depth: number): boolean {
  if (target === '' || target.startsWith('/') || hasControls(target) || Buffer.byteLength(target) > longest)
    return false
  const segments = segmentsOf(target)
  const climbs = segments.findIndex((segment) => segment !== '..')
  const ups = climbs < 0 ? segments.length : climbs
  return ups <= depth && !segments.slice(ups).includes('..')
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '' && segment !== '.')
}

function hasControls(text: string): boolean {
  return /[\p{Cc}\u202a-\u202e\u2066-\u2069\ufffd\\]/u.test(text)
}
