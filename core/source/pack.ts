import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { TreeFile, TreeNode } from './entry.ts'
import { byteOrderKey } from './names.ts'
import type { Spool, SpoolReader } from './spool.ts'
import { padding, tarEnd, tarHeader } from './tar-header.ts'

/** What is kept of a source: checked, and its contents in the spool. */
export interface Tree {
  readonly nodes: ReadonlyMap<string, TreeNode>
  /** Every folder that something in `nodes` lies in. */
  readonly folders: ReadonlySet<string>
  readonly spool: Spool
}

const chunkBytes = 256 * 1024

/**
 * The tree as an uncompressed tar: the same bytes for the same tree, wherever it came from. Entries in the order of
 * their bytes, each folder before what is in it. May be called again, and concurrently.
 */
export function tarOf(tree: Tree): Readable {
  return Readable.from(inChunks(piecesOf(tree), 'fresh'), { objectMode: false, highWaterMark: chunkBytes })
}

/** SHA-256 of that tar, in hex, and its length in bytes. */
export async function hashOf(tree: Tree, signal?: AbortSignal): Promise<{ hash: string; tarBytes: number }> {
  const hash = createHash('sha256')
  let tarBytes = 0
  for await (const chunk of inChunks(piecesOf(tree), 'reused')) {
    signal?.throwIfAborted()
    hash.update(chunk)
    tarBytes += chunk.length
  }
  return { hash: hash.digest('hex'), tarBytes }
}

async function* piecesOf({ nodes, folders, spool }: Tree): AsyncGenerator<Uint8Array> {
  const reader = spool.reader()
  for (const path of inOrder([...folders, ...nodes.keys()])) {
    const node = nodes.get(path)
    yield headerOf(path, node)
    if (node?.kind === 'file') yield* contentOf(node, reader)
  }
  yield tarEnd
}

function inOrder(paths: readonly string[]): string[] {
  const keyed = paths.map((path) => ({ path, key: byteOrderKey(path) }))
  keyed.sort((a, b) => (a.key < b.key ? -1 : 1))
  return keyed.map(({ path }) => path)
}

/** What has a path but is no node is a folder. */
function headerOf(path: string, node: TreeNode | undefined): Buffer {
  return tarHeader({
    path,
    type: node?.kind ?? 'folder',
    executable: node?.kind === 'file' && node.executable,
    size: node?.kind === 'file' ? node.size : 0,
    target: node?.kind === 'link' ? node.target : '',
  })
}

async function* contentOf({ offset, size }: TreeFile, reader: SpoolReader): AsyncGenerator<Uint8Array> {
  for (let done = 0; done < size; ) {
    const piece = await reader.read(offset + done, size - done)
    yield piece
    done += piece.length
  }
  yield padding(size)
}

/**
 * Thousands of small pieces cost a stream more than the bytes in them. A stream may hold on to a chunk, so it gets
 * fresh ones; a hash does not, and leaves the garbage collector alone.
 */
async function* inChunks(pieces: AsyncIterable<Uint8Array>, chunks: 'fresh' | 'reused'): AsyncGenerator<Buffer> {
  let chunk = Buffer.allocUnsafe(chunkBytes)
  let filled = 0
  for await (const piece of pieces) {
    for (let done = 0; done < piece.length; ) {
      const length = Math.min(piece.length - done, chunkBytes - filled)
      chunk.set(piece.subarray(done, done + length), filled)
      filled += length
      done += length
      if (filled < chunkBytes) continue
      yield chunk
      if (chunks === 'fresh') chunk = Buffer.allocUnsafe(chunkBytes)
      filled = 0
    }
  }
  if (filled > 0) yield chunk.subarray(0, filled)
}
