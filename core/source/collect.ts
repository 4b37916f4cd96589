import type { FileEntry, LeftOut, SourceEntries, SourceEntry, TreeFile, TreeNode } from './entry.ts'
import { ignoreFileName, isAlwaysLeftOut, parseIgnoreFile } from './leave-out.ts'
import { ignoreFileBytes, indexBytes, type SourceLimits } from './limits.ts'
import { checkLinks } from './links.ts'
import { addFoldersOf, checkedPath, checkedTarget } from './names.ts'
import type { Tree } from './pack.ts'
import {
  hardLinkWithoutFile,
  ignoreFileTooLarge,
  namesTooMany,
  nothingToRun,
  sameName,
  specialFile,
  tooManyBytes,
  tooManyEntries,
} from './refusals.ts'
import type { Spool } from './spool.ts'

export interface CollectOptions {
  readonly limits: SourceLimits
  readonly spool: Spool
  readonly signal?: AbortSignal
  /** Drop the one folder that everything lies in, as archives of GitHub and of file managers have it. */
  readonly dropTopFolder: boolean
  /** Called now and then with what has been read so far. */
  readonly onProgress?: (read: { readonly entries: number; readonly bytes: number }) => void
}

export interface Collected {
  readonly tree: Tree
  /** Bytes of all kept files. */
  readonly bytes: number
  readonly leftOut: LeftOut
}

/**
 * Reads a source to its end, keeps the contents in the spool and decides what of it is submitted. Every rule about
 * names, links, kinds and amounts is applied here, for git, archives and folders alike.
 */
export async function collect(entries: SourceEntries, options: CollectOptions): Promise<Collected> {
  const scan = await scanAll(entries, options)
  await options.spool.flush()
  const nodes = options.dropTopFolder ? withoutTopFolder(scan.nodes) : scan.nodes
  checkNames(nodes, options.limits)
  const ignored = await ignoredPaths(nodes, options.spool)
  const kept = new Map([...nodes].filter(([path]) => !ignored.has(path)))
  for (const path of ignored) scan.leftOut.add(path)
  const folders = foldersOf(kept.keys(), options.limits)
  const bytes = checkAmounts(kept, folders, options.limits)
  if (kept.size === 0) throw nothingToRun(scan.leftOut.found().count)
  checkLinks(kept)
  return { tree: { nodes: kept, folders, spool: options.spool }, bytes, leftOut: scan.leftOut.found() }
}

interface Scan {
  readonly nodes: Map<string, TreeNode>
  readonly leftOut: ReturnType<typeof countLeftOut>
  readonly meter: ReturnType<typeof createMeter>
}

async function scanAll(entries: SourceEntries, options: CollectOptions): Promise<Scan> {
  const scan: Scan = { nodes: new Map(), leftOut: countLeftOut(), meter: createMeter(options) }
  const folders = new Set<string>()
  for await (const entry of entries) {
    const path = checkedPath(entry.path)
    scan.meter.entry(path)
    if (path === '') continue
    if (entry.kind === 'left-out' || isAlwaysLeftOut(path)) scan.leftOut.add(path)
    else if (entry.kind === 'folder') folders.add(path)
    else await add(path, entry, scan, options.spool)
  }
  countEmptyFolders(folders, scan, options.limits)
  return scan
}

type KeptEntry = Exclude<SourceEntry, { kind: 'folder' | 'left-out' }>

async function add(path: string, entry: KeptEntry, { nodes, meter }: Scan, spool: Spool): Promise<void> {
  if (nodes.has(path)) throw sameName(path, path)
  if (entry.kind === 'special') throw specialFile(path, entry.what)
  if (entry.kind === 'file') nodes.set(path, await spoolFile(entry, spool, meter))
  else if (entry.kind === 'link')
    nodes.set(path, { kind: 'link', target: meter.target(checkedTarget(path, entry.target)) })
  else nodes.set(path, linkedFile(path, entry.target, nodes))
}

async function spoolFile(entry: FileEntry, spool: Spool, meter: Scan['meter']): Promise<TreeFile> {
  const offset = spool.length()
  for await (const bytes of entry.content) {
    meter.bytes(bytes.length)
    await spool.append(bytes)
  }
  return { kind: 'file', executable: entry.executable, offset, size: spool.length() - offset }
}

/** A hard link is a second file with the same content, which is also how git and a folder show it. */
function linkedFile(path: string, target: string, nodes: ReadonlyMap<string, TreeNode>): TreeFile {
  const file = nodes.get(checkedPath(target))
  if (file?.kind !== 'file') throw hardLinkWithoutFile(path, target)
  return file
}

function createMeter({ limits, signal, onProgress }: CollectOptions) {
  let entries = 0
  let bytes = 0
  let index = 0
  function grow(text: string): string {
    index += Buffer.byteLength(text)
    if (index > indexBytes) throw namesTooMany(indexBytes)
    return text
  }
  return {
    entry(path: string) {
      signal?.throwIfAborted()
      entries += 1
      if (entries > limits.scannedEntries) throw tooManyEntries(limits.scannedEntries, 'scanned')
      if (entries % 1000 === 0) onProgress?.({ entries, bytes })
      grow(path)
    },
    bytes(length: number) {
      signal?.throwIfAborted()
      bytes += length
      if (bytes > limits.scannedBytes) throw tooManyBytes(limits.scannedBytes, 'scanned')
    },
    target: grow,
  }
}

function countLeftOut() {
  const examples: string[] = []
  let count = 0
  return {
    add(path: string) {
      count += 1
      if (examples.length < 5) examples.push(path)
    },
    found: (): LeftOut => ({ count, examples: [...examples] }),
  }
}

/** git has no empty folders, so nobody has. */
function countEmptyFolders(folders: ReadonlySet<string>, { nodes, leftOut }: Scan, limits: SourceLimits): void {
  const used = foldersOf([...nodes.keys(), ...folders], limits)
  for (const folder of folders) {
    if (nodes.has(folder)) throw sameName(folder, folder)
    if (!used.has(folder)) leftOut.add(`${folder}/ (empty)`)
  }
}

/** A few long paths can name millions of folders, so they are counted as they are found. */
function foldersOf(paths: Iterable<string>, limits: SourceLimits): Set<string> {
  const folders = new Set<string>()
  for (const path of paths) {
    addFoldersOf(path, folders)
    if (folders.size > limits.scannedEntries) throw tooManyEntries(limits.scannedEntries, 'scanned')
  }
  return folders
}

function withoutTopFolder(nodes: Map<string, TreeNode>): Map<string, TreeNode> {
  const tops = new Set([...nodes.keys()].map((path) => path.slice(0, path.indexOf('/') + 1)))
  const [top] = tops
  if (tops.size !== 1 || top === undefined || top === '') return nodes
  return new Map([...nodes].map(([path, node]) => [path.slice(top.length), node]))
}

/**
 * No name twice, none that is file and folder at once, and none that differs from another only in how Unicode spells
 * it. Names that differ in case are two names: they run on Linux.
 */
function checkNames(nodes: ReadonlyMap<string, TreeNode>, limits: SourceLimits): void {
  const folders = foldersOf(nodes.keys(), limits)
  const spellings = new Map<string, string>()
  for (const path of [...nodes.keys(), ...folders]) {
    const spelling = path.normalize('NFC')
    const other = spellings.get(spelling)
    if (other !== undefined) throw sameName(path, other)
    spellings.set(spelling, path)
  }
}

async function ignoredPaths(nodes: ReadonlyMap<string, TreeNode>, spool: Spool): Promise<Set<string>> {
  const file = nodes.get(ignoreFileName)
  if (file?.kind !== 'file') return new Set()
  if (file.size > ignoreFileBytes) throw ignoreFileTooLarge(ignoreFileBytes)
  return parseIgnoreFile(await readText(file, spool))([...nodes.keys()])
}

/** A whole file of the tree, as UTF-8. For files whose size the caller has bounded. */
export async function readText({ offset, size }: TreeFile, spool: Spool): Promise<string> {
  const reader = spool.reader()
  const pieces: Buffer[] = []
  for (let done = 0; done < size; ) {
    const piece = Buffer.from(await reader.read(offset + done, size - done))
    pieces.push(piece)
    done += piece.length
  }
  return Buffer.concat(pieces).toString('utf8')
}

function checkAmounts(kept: ReadonlyMap<string, TreeNode>, folders: ReadonlySet<string>, limits: SourceLimits): number {
  if (kept.size + folders.size > limits.entries) throw tooManyEntries(limits.entries, 'kept')
  const bytes = [...kept.values()].reduce((sum, node) => sum + (node.kind === 'file' ? node.size : 0), 0)
  if (bytes > limits.bytes) throw tooManyBytes(limits.bytes, 'kept')
  return bytes
}
