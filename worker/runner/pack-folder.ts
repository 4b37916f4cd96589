import { once } from 'node:events'
import { constants, type Stats } from 'node:fs'
import { open, readlink } from 'node:fs/promises'
import { PassThrough, pipeline, Readable } from 'node:stream'
import { type Header, type Pack, pack } from 'tar-stream'
import { ProviderError } from '../../core/errors.ts'
import { onDisk, walkFolder } from './walk-folder.ts'

/**
 * What a folder holds, as a tar stream with names relative to it. Nobody may write there meanwhile. Links are packed,
 * never followed; what is no file, folder or link is an entry without content; what this process may not read is left
 * out, and so is what lies too deep for anybody to want it. Memory and open files are bounded, whatever is there.
 *
 * @param provider for the error that the stream ends with when the disk fails.
 */
export function packFolder(folder: string, provider: string): Readable {
  const tar = pack()
  const result = new PassThrough()
  const closed = new AbortController()
  result.once('close', () => closed.abort())
  pipeline(Readable.from(tar, { objectMode: false }), result, () => {})
  writeAll({ folder, tar, result, signal: closed.signal }).then(
    () => tar.finalize(),
    (cause: unknown) => {
      tar.destroy()
      result.destroy(new ProviderError({ provider, operation: 'read /build', retryable: true, cause }))
    },
  )
  return result
}

interface Packing {
  readonly folder: string
  readonly tar: Pack
  readonly result: PassThrough
  readonly signal: AbortSignal
}

async function writeAll({ folder, tar, result, signal }: Packing): Promise<void> {
  /** By inode, of the files that have several names. */
  const first = new Map<number, string>()
  await write(tar, { name: './', type: 'directory' })
  for await (const { path, stats } of walkFolder(folder)) {
    signal.throwIfAborted()
    // An entry without content waits for no reader.
    if (result.writableNeedDrain) await once(result, 'drain', { signal })
    const header = { name: nameOf(path), mode: stats.mode & 0o7777, mtime: stats.mtime }
    const earlier = stats.isFile() && stats.nlink > 1 ? first.get(stats.ino) : undefined
    if (earlier !== undefined) await write(tar, { ...header, type: 'link', linkname: earlier })
    else if (stats.isFile()) await writeFile(tar, folder, path, { ...header, size: stats.size })
    else await write(tar, { ...header, ...(await special(onDisk(folder, path), stats)) })
    if (stats.isFile() && stats.nlink > 1 && earlier === undefined) first.set(stats.ino, header.name)
  }
}

/** What is no UTF-8 shows itself by the replacement character. */
function nameOf(path: string): string {
  return Buffer.from(path, 'latin1').toString()
}

async function special(path: Buffer, stats: Stats): Promise<Pick<Header, 'type'> & { linkname?: string }> {
  if (stats.isDirectory()) return { type: 'directory' }
  if (stats.isSymbolicLink()) return { type: 'symlink', linkname: await readlink(path) }
  return { type: 'fifo' }
}

type Written = Partial<Header> & Pick<Header, 'name'>

async function write(tar: Pack, header: Written, content?: Buffer): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const done = (error?: Error | null) => (error ? reject(error) : resolve())
    if (content === undefined) tar.entry(header, done)
    else tar.entry(header, content, done)
  })
}

/** Files up to so many bytes are read at once. */
const atOnce = 64 * 1024

async function writeFile(tar: Pack, folder: string, path: string, header: Written & { size: number }): Promise<void> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const file = await open(onDisk(folder, path), flags).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'EACCES') return undefined
    throw error
  })
  if (file === undefined) return
  try {
    if (header.size <= atOnce) return await write(tar, { ...header, type: 'file' }, await file.readFile())
    await new Promise<void>((resolve, reject) => {
      const sink = tar.entry({ ...header, type: 'file' }, (error) => (error ? reject(error) : resolve()))
      pipeline(file.createReadStream({ start: 0, end: header.size - 1, autoClose: false }), sink, (error) => {
        if (error) reject(error)
      })
    })
  } finally {
    await file.close()
  }
}
