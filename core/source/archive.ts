import type { FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { Refusal } from '../errors.ts'
import { type Compression, decompress } from './decompress.ts'
import type { SourceEntries } from './entry.ts'
import type { SourceLimits } from './limits.ts'
import { archiveDamaged, archiveTruncated, notAnArchive, tooManyBytes } from './refusals.ts'
import { readTar } from './tar.ts'
import { readZip } from './zip.ts'

export type ArchiveFormat = 'zip' | 'tar' | Compression

/** What a file is, by its first bytes; its name says nothing. Refuses what is no archive, saying what it is. */
function detectFormat(head: Uint8Array): ArchiveFormat {
  const bytes = Buffer.from(head)
  const signature = signatures.find(({ hex, at = 0 }) => bytes.subarray(at).toString('hex').startsWith(hex))
  if (signature?.format !== undefined) return signature.format
  if (isOldTar(bytes)) return 'tar'
  throw notAnArchive(signature?.what ?? (bytes.length === 0 ? 'an empty file' : describe(bytes)))
}

interface Signature {
  readonly hex: string
  readonly at?: number
  readonly format?: ArchiveFormat
  readonly what?: string
}

const signatures: readonly Signature[] = [
  { hex: '504b0304', format: 'zip' },
  { hex: '504b0506', format: 'zip' },
  { hex: '1f8b', format: 'gzip' },
  { hex: '425a68', format: 'bzip2' },
  { hex: 'fd377a585a00', format: 'xz' },
  { hex: '7573746172', at: 257, format: 'tar' },
  { hex: '377abcaf271c', what: 'a .7z archive' },
  { hex: '526172211a07', what: 'a .rar archive' },
  { hex: '28b52ffd', what: 'a .zst archive' },
  { hex: '25504446', what: 'a PDF' },
  { hex: '7f454c46', what: 'a compiled program' },
]

/** Tars from before 1988 have no signature, only a checksum; an empty tar is nothing but zeros. */
function isOldTar(block: Buffer): boolean {
  if (block.length < 512) return false
  const claimed = Number.parseInt(block.toString('latin1', 148, 156), 8)
  const sum = block.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0)
  return sum === claimed || block.every((byte) => byte === 0)
}

function describe(bytes: Buffer): string {
  return bytes.subarray(0, 512).includes(0) ? 'some binary file' : 'a text file'
}

/** Reads an archive from an open file of that many bytes; the file stays open. */
export async function* readArchive(file: FileHandle, limits: SourceLimits, signal?: AbortSignal): SourceEntries {
  const head = Buffer.alloc(512)
  const { bytesRead } = await file.read(head, 0, head.length, 0)
  const format = detectFormat(head.subarray(0, bytesRead))
  if (format === 'zip') return yield* readZip(file.fd, limits)
  const source = Readable.from(bytesOf(file), { objectMode: false, highWaterMark: 256 * 1024 })
  const bytes = format === 'tar' ? source : decompress(source, format)
  const checked = Readable.from(wholeTar(bytes, limits, signal), { objectMode: false })
  yield* readTar(checked)
}

async function* bytesOf(file: FileHandle): AsyncGenerator<Buffer> {
  for (let position = 0; ; ) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(128 * 1024), 0, 128 * 1024, position)
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
    position += bytesRead
  }
}

/** A tar cut between two entries still looks whole, but for the zeros it has to end in. */
async function* wholeTar(source: Readable, limits: SourceLimits, signal?: AbortSignal): AsyncGenerator<Buffer> {
  let bytes = 0
  let last = Buffer.alloc(0)
  try {
    for await (const chunk of source) {
      signal?.throwIfAborted()
      bytes += chunk.length
      if (bytes > limits.scannedBytes + tarOverhead(limits)) throw tooManyBytes(limits.scannedBytes, 'scanned')
      last = chunk.length >= 512 ? chunk.subarray(-512) : Buffer.concat([last, chunk]).subarray(-512)
      yield chunk
    }
  } finally {
    source.destroy()
  }
  if (bytes === 0) throw notAnArchive('a compressed empty file')
  if (last.length < 512 || last.some((byte) => byte !== 0)) throw archiveTruncated('.tar')
}

/** Headers and padding do not count as content, but they end somewhere. */
function tarOverhead({ scannedEntries }: SourceLimits): number {
  return scannedEntries * 2048 + 1024 * 1024
}

/**
 * What a failure while reading an archive means for the person: anything its author's bytes did is their refusal,
 * while a failing disk, an abort or a bug stays what it is.
 */
export function archiveFailure(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof Refusal || error.name === 'AbortError') return error
  if ('syscall' in error || error instanceof TypeError || error instanceof ReferenceError) return error
  const detail = error.message
  if (/unexpected end|ended prematurely/i.test(detail)) return archiveTruncated('attached')
  if (/invalid tar header/i.test(detail)) return archiveDamaged('.tar', 'no valid tar header where one has to be')
  return archiveDamaged('attached', detail)
}
