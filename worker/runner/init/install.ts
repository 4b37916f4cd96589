import { createHash } from 'node:crypto'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { runProgram } from '../run-program.ts'
import { initPrograms } from './programs.ts'

/**
 * Writes PID 1's program into `folder`, for containers to mount, and gives its path. `undefined` where this host has
 * no program for its processor or cannot execute one there (a file system mounted `noexec`).
 */
export async function installInit(folder: string): Promise<string | undefined> {
  const program = Object.entries(initPrograms).find(([name]) => name === process.arch)?.[1]
  if (program === undefined) return undefined
  const bytes = gunzipSync(Buffer.from(program.gzip, 'base64'))
  const path = join(folder, `init.${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}`)
  try {
    // Under another name first: a container of another worker may be mounting it now.
    await writeFile(`${path}.${process.pid}`, bytes, { mode: 0o555 })
    await rename(`${path}.${process.pid}`, path)
    await runProgram(path, ['probe'])
    return path
  } catch {
    return undefined
  }
}
