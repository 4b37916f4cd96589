import { crc32, deflateRawSync } from 'node:zlib'
import { execa } from 'execa'

/** One entry of an archive made by hand, so that it can be as wrong as a test needs it. */
export interface RawEntry {
  readonly name: string
  readonly content?: string | Uint8Array
  readonly mode?: number
  /** Tar's type flag: `0` file, `1` hard link, `2` symbolic link, `3` `4` device, `5` folder, `6` pipe. */
  readonly flag?: string
  readonly target?: string
  /** What the header claims, when it is to lie. */
  readonly size?: number
}

/** A tar of these entries in this order, with its two blocks of zeros. */
export function rawTar(entries: readonly RawEntry[]): Buffer {
  return Buffer.concat([...entries.map(rawTarEntry), Buffer.alloc(1024)])
}

/** Header, content and padding of one entry. Long names go into a pax header. */
export function rawTarEntry({ name, content = '', mode = 0o644, flag = '0', target = '', size }: RawEntry): Buffer {
  const bytes = Buffer.from(content)
  const header = tarBlock({ name, mode, flag, target, size: size ?? bytes.length })
  const parts = [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]
  const records = [...paxRecord('path', name), ...paxRecord('linkpath', target)].join('')
  if (records === '') return Buffer.concat(parts)
  return Buffer.concat([rawTarEntry({ name: 'pax', content: records, flag: 'x' }), ...parts])
}

function paxRecord(key: string, value: string): string[] {
  if (Buffer.byteLength(value) <= 100) return []
  const bare = Buffer.byteLength(` ${key}=${value}\n`)
  const digits = String(bare + String(bare).length).length
  return [`${bare + digits} ${key}=${value}\n`]
}

function tarBlock({ name, mode, flag, target, size }: Required<Omit<RawEntry, 'content'>>): Buffer {
  const header = Buffer.alloc(512)
  Buffer.from(name).copy(header, 0, 0, 100)
  header.write(mode.toString(8).padStart(7, '0'), 100)
  header.write('0001750', 108)
  header.write('0001750', 116)
  header.write(size.toString(8).padStart(11, '0'), 124)
  header.write('14371573041', 136)
  header.write('        ', 148)
  header.write(flag, 156)
  Buffer.from(target).copy(header, 157, 0, 100)
  header.write('ustar\u000000', 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\u0000 `, 148)
  return header
}

/** `xz` and `bzip2` are programs that may be missing: then `undefined`. */
export async function compressed(bytes: Uint8Array, program: 'gzip' | 'bzip2' | 'xz'): Promise<Buffer | undefined> {
  const { stdout, exitCode } = await execa(program, ['-c'], { input: bytes, encoding: 'buffer', reject: false })
  return exitCode === 0 ? Buffer.from(stdout) : undefined
}

export interface RawZipEntry extends RawEntry {
  /** 8 is deflate, 0 is stored. */
  readonly method?: number
  readonly flags?: number
  /** 3 is Unix, 0 is Windows. */
  readonly madeBy?: number
  /** Shares the local entry of this earlier one. */
  readonly sameDataAs?: number
  readonly crc?: number
}

/** A zip of these entries, with Unix modes. Without `0o170000` bits in its mode, an entry is a file. */
export function rawZip(entries: readonly RawZipEntry[]): Buffer {
  const locals: Buffer[] = []
  const offsets: number[] = []
  const central = entries.map((entry, index) => {
    const offset = offsets[entry.sameDataAs ?? -1] ?? locals.reduce((sum, { length }) => sum + length, 0)
    const { local, directory } = zipRecords(entry, offset)
    if (entry.sameDataAs === undefined) locals.push(local)
    offsets[index] = offset
    return directory
  })
  const body = Buffer.concat(locals)
  const directory = Buffer.concat(central)
  return Buffer.concat([body, directory, zipEnd(entries.length, directory.length, body.length)])
}

function zipRecords(entry: RawZipEntry, offset: number): { local: Buffer; directory: Buffer } {
  const { mode = 0o644, method = 8, flags = 0x800, madeBy = 3 } = entry
  const name = Buffer.from(entry.name)
  const content = Buffer.from(entry.target ?? entry.content ?? '')
  const data = method === 8 ? deflateRawSync(content) : content
  const shared = Buffer.alloc(26)
  shared.writeUInt16LE(20, 0)
  shared.writeUInt16LE(flags, 2)
  shared.writeUInt16LE(method, 4)
  shared.writeUInt32LE(entry.crc ?? crc32(content), 10)
  shared.writeUInt32LE(data.length, 14)
  shared.writeUInt32LE(entry.size ?? content.length, 18)
  shared.writeUInt16LE(name.length, 22)
  const tail = Buffer.alloc(14)
  tail.writeUInt32LE(((entry.target === undefined ? mode : 0o120777) << 16) >>> 0, 6)
  tail.writeUInt32LE(offset, 10)
  const version = Buffer.from([20, madeBy])
  return {
    local: Buffer.concat([Buffer.from('PK\u0003\u0004'), shared, name, data]),
    directory: Buffer.concat([Buffer.from('PK\u0001\u0002'), version, shared, tail, name]),
  }
}

function zipEnd(count: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(22)
  end.write('PK\u0005\u0006', 0, 'latin1')
  end.writeUInt16LE(count, 8)
  end.writeUInt16LE(count, 10)
  end.writeUInt32LE(size, 12)
  end.writeUInt32LE(offset, 16)
  return end
}
