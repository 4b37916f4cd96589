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
