import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

export interface FolderWatch {
  close(): void
}

const everyMs = 500

/**
 * Calls `tooLarge` once when a folder holds more than `bytes`. `prlimit` bounds each file by itself; this bounds what
 * many of them hold together.
 */
export function watchFolder(path: string, bytes: number, tooLarge: () => void): FolderWatch {
  let closed = false
  let timer = setTimeout(look, everyMs)

  async function look(): Promise<void> {
    const found = await folderBytes(path)
    if (closed) return
    if (found > bytes) tooLarge()
    else timer = setTimeout(look, everyMs)
  }

  return {
    close() {
      closed = true
      clearTimeout(timer)
    },
  }
}

/** What disappears while it is counted does not count. */
export async function folderBytes(path: string): Promise<number> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => [])
  let bytes = 0
  for (const entry of entries) {
    if (!entry.isFile()) continue
    bytes += await stat(join(entry.parentPath, entry.name)).then(
      ({ size }) => size,
      () => 0,
    )
  }
  return bytes
}
