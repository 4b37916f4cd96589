/** What has been written to the archive so far, by name, so that no entry can change what an earlier one means. */
export interface Seen {
  /** Remembers an entry and the folders it implies; false when its place, or a folder on the way, is something else. */
  claim(segments: readonly string[], kind: 'file' | 'directory' | 'symlink'): boolean
  isFile(segments: readonly string[]): boolean
}

export function createSeen(): Seen {
  const kinds = new Map<string, 'file' | 'directory' | 'symlink'>()
  const parentsOf = (segments: readonly string[]) =>
    segments.slice(1).map((_, end) => segments.slice(0, end + 1).join('/'))
  return {
    claim(segments, kind) {
      const name = segments.join('/')
      const parents = parentsOf(segments)
      if (parents.some((parent) => (kinds.get(parent) ?? 'directory') !== 'directory')) return false
      const before = kinds.get(name)
      if (before !== undefined && !(before === 'directory' && kind === 'directory')) return false
      for (const parent of parents) kinds.set(parent, 'directory')
      kinds.set(name, kind)
      return true
    },
    isFile: (segments) => kinds.get(segments.join('/')) === 'file',
  }
}
