/**
 * What a reader (git, archive, folder) finds, in the order it finds it. Paths are as hostile as their author: nothing
 * has been checked.
 */
export type SourceEntry =
  | FileEntry
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
  /** Another name of a file that came before it in the same archive. */
  | { readonly kind: 'hard-link'; readonly path: string; readonly target: string }
  | { readonly kind: 'folder'; readonly path: string }
  /** Device, pipe, socket: refused, and named in the refusal. */
  | { readonly kind: 'special'; readonly path: string; readonly what: string }
  /** The reader itself did not go into it. */
  | { readonly kind: 'left-out'; readonly path: string }

export interface FileEntry {
  readonly kind: 'file'
  readonly path: string
  readonly executable: boolean
  /** Read once, before the next entry is asked for, or not at all. Each piece is overwritten by the next. */
  readonly content: AsyncIterable<Uint8Array>
}

export type SourceEntries = AsyncIterable<SourceEntry>

/** One file or link that is kept. Its path is checked, relative, and `/`-separated. */
export type TreeNode = TreeFile | { readonly kind: 'link'; readonly target: string }

/** The bytes of a file lie in the spool, from `offset`. */
export interface TreeFile {
  readonly kind: 'file'
  readonly executable: boolean
  readonly offset: number
  readonly size: number
}

/** What was left out: how many, and the first few names. */
export interface LeftOut {
  readonly count: number
  readonly examples: readonly string[]
}
