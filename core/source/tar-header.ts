/**
 * The tar format that RAI hashes: POSIX ustar, with a pax header only where ustar has no room. Written here and not
 * by a library, because a submission's hash must not change when a library does.
 */
export interface TarEntry {
  readonly path: string
  readonly type: 'file' | 'folder' | 'link'
  readonly executable: boolean
  readonly size: number
  readonly target: string
}

/** 2000-01-01T00:00:00Z, for every entry: old enough for `make`, new enough for programs that distrust 1970. */
const modified = 946_684_800
const blockBytes = 512
const typeFlags = { file: '0', folder: '5', link: '2' }

/** All header blocks of one entry. */
export function tarHeader(entry: TarEntry): Buffer {
  const path = entry.type === 'folder' ? `${entry.path}/` : entry.path
  const extended = extendedRecords(path, entry)
  const mode = entry.type === 'link' ? 0o777 : entry.type === 'folder' || entry.executable ? 0o755 : 0o644
  const header = block({ path, mode, size: entry.size, flag: typeFlags[entry.type], target: entry.target })
  if (extended.length === 0) return header
  const extension = block({ path: 'PaxHeader', mode: 0o644, size: extended.length, flag: 'x', target: '' })
  return Buffer.concat([extension, extended, padding(extended.length), header])
}

/** Zeros that fill up the last block of a file's content. */
export function padding(size: number): Buffer {
  return Buffer.alloc((blockBytes - (size % blockBytes)) % blockBytes)
}

export const tarEnd = Buffer.alloc(2 * blockBytes)

function extendedRecords(path: string, entry: TarEntry): Buffer {
  const records: Buffer[] = []
  if (Buffer.byteLength(path) > 100) records.push(record('path', path))
  if (Buffer.byteLength(entry.target) > 100) records.push(record('linkpath', entry.target))
  if (entry.size >= 8 ** 11) records.push(record('size', String(entry.size)))
  return Buffer.concat(records)
}

/** `<length of the whole record> <key>=<value>\n`, where the length counts its own digits. */
function record(key: string, value: string): Buffer {
  const bare = Buffer.byteLength(` ${key}=${value}\n`)
  let length = bare + String(bare).length
  if (bare + String(length).length > length) length += 1
  return Buffer.from(`${length} ${key}=${value}\n`)
}

interface Block {
  readonly path: string
  readonly mode: number
  readonly size: number
  readonly flag: string
  readonly target: string
}

function block({ path, mode, size, flag, target }: Block): Buffer {
  const header = Buffer.alloc(blockBytes)
  Buffer.from(path).copy(header, 0, 0, 100)
  header.write(octal(mode, 7), 100)
  header.write(octal(0, 7), 108)
  header.write(octal(0, 7), 116)
  header.write(octal(size < 8 ** 11 ? size : 0, 11), 124)
  header.write(octal(modified, 11), 136)
  header.write('        ', 148)
  header.write(flag, 156)
  Buffer.from(target).copy(header, 157, 0, 100)
  header.write('ustar\u000000', 257)
  header.write(`${octal(checksum(header), 6)}\u0000 `, 148)
  return header
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0')
}

function checksum(header: Buffer): number {
  return header.reduce((sum, byte) => sum + byte, 0)
}
