import { constants } from 'node:fs'
import { type FileHandle, open, readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { SourceEntries, SourceEntry } from './entry.ts'
import { type IgnoreRules, ignoreFileName, isAlwaysLeftOut, parseIgnoreFile } from './leave-out.ts'
import { ignoreFileBytes, pathDepth } from './limits.ts'
import { changedWhileReading, ignoreFileTooLarge, nameTooLong, noSuchPath } from './refusals.ts'

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants

/**
 * Reads a folder of this host, from an open descriptor of it. Every step goes through the descriptor of the folder it
 * is in and follows no link, so that somebody who swaps a folder for a link while it is read gains nothing. What is
 * left out is not gone into.
 */
export async function* readFolder(root: Place): SourceEntries {
  const ignored = await rulesOf(root)
  yield* readLevel(root, '', ignored, 0)
}

/** An open folder, and how it was reached. */
export interface Place {
  readonly handle: FileHandle
  readonly path: string
}

/** `/proc/self/fd` is Linux' way to `openat`. Elsewhere only the last step is safe, from the path as it was given. */
function below({ handle, path }: Place, name: string): string {
  return join(process.platform === 'linux' ? `/proc/self/fd/${handle.fd}` : path, name)
}

async function rulesOf(root: Place): Promise<IgnoreRules> {
  const file = await openBelow(root, ignoreFileName)
  if (file === undefined) return () => new Set()
  try {
    const found = await file.stat()
    if (!found.isFile()) return () => new Set()
    if (found.size > ignoreFileBytes) throw ignoreFileTooLarge(ignoreFileBytes)
    return parseIgnoreFile(await file.readFile('utf8'))
  } finally {
    await file.close()
  }
}

async function* readLevel(folder: Place, prefix: string, ignored: IgnoreRules, depth: number): SourceEntries {
  if (depth > pathDepth) throw nameTooLong(prefix)
  const found = await readdir(below(folder, ''), { withFileTypes: true })
  const skipped = ignored(found.map((entry) => `${prefix}${entry.name}${entry.isDirectory() ? '/' : ''}`))
  for (const entry of found.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = `${prefix}${entry.name}`
    const isLeftOut = isAlwaysLeftOut(entry.name) || skipped.has(entry.isDirectory() ? `${path}/` : path)
    if (isLeftOut) yield { kind: 'left-out', path }
    else if (entry.isSymbolicLink()) yield { kind: 'link', path, target: await readlink(below(folder, entry.name)) }
    else yield* readOne(folder, entry.name, path, ignored, depth)
  }
}

async function* readOne(folder: Place, name: string, path: string, ignored: IgnoreRules, depth: number): SourceEntries {
  const opened = await openBelow(folder, name)
  if (opened === undefined) return yield { kind: 'special', path, what: 'socket, device or file that cannot be read' }
  try {
    const found = await opened.stat()
    if (found.isDirectory()) {
      yield { kind: 'folder', path }
      yield* readLevel({ handle: opened, path: below(folder, name) }, `${path}/`, ignored, depth + 1)
    } else yield fileEntry(opened, path, found)
  } finally {
    await opened.close()
  }
}

function fileEntry(file: FileHandle, path: string, found: Awaited<ReturnType<FileHandle['stat']>>): SourceEntry {
  if (!found.isFile()) return { kind: 'special', path, what: found.isFIFO() ? 'named pipe' : 'device' }
  const executable = (Number(found.mode) & 0o100) !== 0
  return { kind: 'file', path, executable, content: contentOf(file, path, Number(found.size)) }
}

async function* contentOf(file: FileHandle, path: string, size: number): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.allocUnsafe(Math.max(1, Math.min(128 * 1024, size)))
  for (let done = 0; ; ) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, done)
    done += bytesRead
    if (done > size || (bytesRead === 0 && done < size)) throw changedWhileReading(path)
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
  }
}

/** `undefined` when it is not there, is a link, or cannot be opened. A named pipe does not make it wait. */
async function openBelow(folder: Place, name: string): Promise<FileHandle | undefined> {
  return open(below(folder, name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => undefined)
}

/** Opens what a person named on this host. The path itself may be a link: it is theirs. */
export async function openLocal(path: string): Promise<Place & { readonly isFolder: boolean }> {
  const handle = await open(path, O_RDONLY | O_NONBLOCK).catch(() => undefined)
  if (handle === undefined) throw noSuchPath(path)
  const found = await handle.stat()
  if (found.isDirectory() || found.isFile()) return { handle, path, isFolder: found.isDirectory() }
  await handle.close()
  throw noSuchPath(path)
}
