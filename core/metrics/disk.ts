import { statfs } from 'node:fs/promises'
import { codeOf } from '../system-error.ts'

/** Bytes that an ordinary user may still write on the disk that holds a folder; `undefined` where there is none. */
export async function freeOn(folder: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}
