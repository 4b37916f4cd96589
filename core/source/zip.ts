import type { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import { type Entry, fromFdPromise, getFileNameLowLevel, type ZipFile } from 'yauzl'
import type { SourceEntries, SourceEntry } from './entry.ts'
import type { SourceLimits } from './limits.ts'
import { archiveDamaged, archiveEncrypted, archiveOverlaps, tooManyBytes, tooManyEntries } from './refusals.ts'

/** Reads a .zip from an open file, which stays open. Nothing is unpacked before all of its directory was checked. */
export async function* readZip(fd: number, limits: SourceLimits): SourceEntries {
  const zip = await fromFdPromise(fd, { autoClose: false, lazyEntries: true, decodeStrings: false })
  const entries = await listEntries(zip, limits)
  for (const entry of entries) yield await fromEntry(zip, entry)
}

async function listEntries(zip: ZipFile, limits: SourceLimits): Promise<Entry[]> {
  if (zip.entryCount > limits.scannedEntries) throw tooManyEntries(limits.scannedEntries, 'scanned')
  const entries: Entry[] = []
  let bytes = 0
  for await (const entry of zip.eachEntry()) {
    if (entry.isEncrypted()) throw archiveEncrypted(nameOf(entry))
    bytes += entry.uncompressedSize
    if (bytes > limits.scannedBytes) throw tooManyBytes(limits.scannedBytes, 'scanned')
    entries.push(entry)
  }
  entries.sort((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader)
  checkOverlaps(entries)
  return entries
}

/** The bomb that expands best lets thousands of entries share one piece of compressed data. */
function checkOverlaps(entries: readonly Entry[]): void {
  let end = 0
  for (const entry of entries) {
    if (entry.relativeOffsetOfLocalHeader < end) throw archiveOverlaps()
    end = entry.relativeOffsetOfLocalHeader + 30 + entry.fileNameLength + entry.compressedSize
  }
}

const unix = 3
const macos = 19
const typeBits = 0o170000
const linkType = 0o120000
const fileTypes: ReadonlyMap<number, string> = new Map([
  [0o010000, 'named pipe'],
  [0o020000, 'device'],
  [0o060000, 'device'],
  [0o140000, 'socket'],
])

async function fromEntry(zip: ZipFile, entry: Entry): Promise<SourceEntry> {
  const path = nameOf(entry)
  const madeBy = entry.versionMadeBy >>> 8
  const mode = madeBy === unix || madeBy === macos ? entry.externalFileAttributes >>> 16 : 0
  const type = mode & typeBits
  const what = fileTypes.get(type)
  if (what !== undefined) return { kind: 'special', path, what }
  if (path.endsWith('/')) return { kind: 'folder', path }
  if (!entry.canDecodeFileData()) throw archiveDamaged('.zip', `compression method ${entry.compressionMethod}`)
  if (type === linkType) return { kind: 'link', path, target: await readTarget(zip, entry) }
  return { kind: 'file', path, executable: (mode & 0o100) !== 0, content: contentOf(zip, entry) }
}

/** Some programs on Windows write `\`. */
function nameOf(entry: Entry): string {
  const name = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, true)
  return name.replaceAll('\\', '/')
}

async function readTarget(zip: ZipFile, entry: Entry): Promise<string> {
  if (entry.uncompressedSize > 4096) throw archiveDamaged('.zip', 'a link of more than 4096 bytes')
  const pieces: Uint8Array[] = []
  for await (const piece of contentOf(zip, entry)) pieces.push(piece)
  return Buffer.concat(pieces).toString('utf8')
}

async function* contentOf(zip: ZipFile, entry: Entry): AsyncGenerator<Uint8Array> {
  const stream: Readable = await zip.openReadStreamPromise(entry)
  let sum = 0
  for await (const bytes of stream) {
    sum = crc32(bytes, sum)
    yield bytes
  }
  if (sum !== entry.crc32) throw archiveDamaged('.zip', `wrong checksum of ${nameOf(entry)}`)
}
