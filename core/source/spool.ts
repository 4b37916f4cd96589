import { type FileHandle, open } from 'node:fs/promises'

/**
 * One file on disk that holds the contents of a whole tree, end to end: nothing hostile ever names a path of ours,
 * and memory stays flat. First written, then read at random.
 */
export interface Spool {
  /** Bytes appended so far. */
  readonly length: () => number
  /** Appends; one call at a time. */
  append(bytes: Uint8Array): Promise<void>
  /** What is at an offset: up to `length` bytes of it, at least one. Only after `flush`. One call at a time. */
  reader(): SpoolReader
  flush(): Promise<void>
  /** Closes the file; removing it is for the owner of the folder. A second call does nothing. */
  close(): Promise<void>
}

export interface SpoolReader {
  /** What it answers is overwritten by the next read. */
  read(offset: number, length: number): Promise<Uint8Array>
}

const blockBytes = 256 * 1024

export async function openSpool(path: string): Promise<Spool> {
  const handle = await open(path, 'wx+', 0o600)
  const block = Buffer.allocUnsafe(blockBytes)
  let filled = 0
  let length = 0

  async function flush(): Promise<void> {
    await writeAll(handle, block.subarray(0, filled))
    filled = 0
  }

  return {
    length: () => length,
    async append(bytes) {
      length += bytes.length
      if (filled + bytes.length > blockBytes) await flush()
      if (bytes.length > blockBytes) return writeAll(handle, bytes)
      block.set(bytes, filled)
      filled += bytes.length
    },
    flush,
    reader: () => readThrough(handle),
    close: () => handle.close(),
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    written += (await handle.write(bytes, written, bytes.length - written)).bytesWritten
  }
}

/** Small files lie beside each other, so a read takes a whole block and serves the next ones from it. */
function readThrough(handle: FileHandle): SpoolReader {
  const buffer = Buffer.allocUnsafe(blockBytes)
  let window = buffer.subarray(0, 0)
  let start = 0
  return {
    async read(offset, length) {
      if (offset < start || offset >= start + window.length) {
        const { bytesRead } = await handle.read(buffer, 0, blockBytes, offset)
        if (bytesRead === 0) throw new Error('the spool of a source is shorter than its index says')
        window = buffer.subarray(0, bytesRead)
        start = offset
      }
      return window.subarray(offset - start, offset - start + length)
    },
  }
}
