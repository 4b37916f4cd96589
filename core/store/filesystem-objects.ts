import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, mkdir, open, realpath, rename, rm, rmdir, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { addAbortSignal, type Readable } from 'node:stream'
import { codeOf, failuresOf } from '../system-error.ts'
import { encodeHeader, type Header, headerBytes, readHeader } from './filesystem-header.ts'
import { fileOf } from './filesystem-names.ts'
import type { PutOptions, StoredObject } from './store.ts'

const failAs = failuresOf('filesystem')

/** An object that is open for reading: exactly one of its methods is called. */
export interface OpenObject extends StoredObject {
  stream(signal?: AbortSignal): Readable
  close(): Promise<void>
}

/** The objects of one folder. Methods may be called concurrently, also by several processes. */
export interface ObjectFolder {
  readonly objects: string
  readonly incoming: string
  write(key: string, body: Readable, options: PutOptions): Promise<{ readonly bytes: number }>
  /** `undefined` when there is no such object, or its lifetime is over. */
  open(key: string): Promise<OpenObject | undefined>
  remove(key: string): Promise<void>
  /** Removes the file if its lifetime is over. */
  expire(file: string): Promise<void>
  check(): Promise<void>
}

export async function openFolder(options: { root: string; lifetimeMs: number }): Promise<ObjectFolder> {
  await mkdir(options.root, { recursive: true, mode: 0o700 })
  const root = await realpath(options.root)
  const objects = join(root, 'objects')
  const incoming = join(root, 'incoming')
  for (const folder of [objects, incoming]) await mkdir(folder, { recursive: true, mode: 0o700 })
  const isOver = ({ lifetime }: Header, writtenMs: number) =>
    lifetime === 'expiring' && writtenMs + options.lifetimeMs <= Date.now()

  return {
    objects,
    incoming,

    async write(key, body, putOptions) {
      const temporary = join(incoming, randomUUID())
      try {
        const bytes = await writeFile(temporary, body, putOptions)
        await failAs('put an object', () => place(temporary, join(objects, fileOf(key))))
        return { bytes }
      } catch (reason) {
        await rm(temporary, { force: true })
        throw putOptions.signal?.aborted ? putOptions.signal.reason : reason
      }
    },

    open: (key) => openObject(join(objects, fileOf(key)), isOver),

    async remove(key) {
      const file = join(objects, fileOf(key))
      await unlessMissing(async () => {
        await refuseLinks(dirname(file))
        await unlink(file)
      })
    },

    async expire(file) {
      const found = await openObject(file, () => false)
      await found?.close()
      if (found && isOver(found.header, found.writtenMs)) await unlessMissing(() => unlink(file))
    },

    async check() {
      const probe = join(incoming, randomUUID())
      await (await open(probe, 'wx', 0o600)).close()
      await rm(probe)
    },
  }
}

/** The body's own errors pass as they are; those of the disk become `ProviderError`s. */
async function writeFile(file: string, body: Readable, options: PutOptions): Promise<number> {
  const header = encodeHeader(options)
  const handle = await failAs('put an object', () => open(file, 'wx', 0o600))
  let bytes = 0
  try {
    await failAs('put an object', () => handle.writeFile(header))
    if (options.signal) addAbortSignal(options.signal, body)
    for await (const chunk of body) {
      const piece: Buffer = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
      await failAs('put an object', () => handle.writeFile(piece))
      bytes += piece.length
    }
    options.signal?.throwIfAborted()
    await failAs('put an object', () => handle.sync())
  } finally {
    await handle.close()
  }
  return bytes
}

/** The sweeper removes empty folders, so the one that was just made may be gone again. */
async function place(temporary: string, file: string, triesLeft = 5): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    await refuseLinks(dirname(file))
    await rename(temporary, file)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || triesLeft === 0) throw error
    await place(temporary, file, triesLeft - 1)
  }
}

async function openObject(
  file: string,
  isOver: (header: Header, writtenMs: number) => boolean,
): Promise<(OpenObject & { readonly header: Header; readonly writtenMs: number }) | undefined> {
  const handle = await unlessMissing(async () => {
    await refuseLinks(dirname(file))
    return await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  })
  if (handle === undefined) return undefined
  try {
    const [{ size, mtimeMs }, header] = [await handle.stat(), await readHeader(handle)]
    if (!isOver(header, mtimeMs)) {
      return { ...toObject(handle, size - headerBytes, header.contentType), header, writtenMs: mtimeMs }
    }
  } catch (error) {
    await handle.close()
    throw error
  }
  await handle.close()
  return undefined
}

function toObject(handle: FileHandle, bytes: number, contentType: string): OpenObject {
  return {
    bytes,
    contentType,
    close: () => handle.close(),
    stream(signal) {
      const stream = handle.createReadStream({ start: headerBytes })
      return signal ? addAbortSignal(signal, stream) : stream
    },
  }
}

/** A folder of ours that someone replaced by a symbolic link leads out of the store. */
async function refuseLinks(folder: string): Promise<void> {
  if ((await realpath(folder)) !== folder) throw new Error('a folder of the store is a symbolic link')
}

async function unlessMissing<Result>(act: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await act()
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined
    throw error
  }
}

/** Removes a folder that is empty. */
export async function removeIfEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch(() => {})
}
