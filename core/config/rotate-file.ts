import { randomBytes } from 'node:crypto'
import { chmod, chown, link, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ConfigError } from '../errors.ts'
import { type RotatedText, rotateText, type Secrets } from './rotate-text.ts'

export interface Rotation extends Omit<RotatedText, 'text'> {
  /** Where the file as it was is kept. Absent where nothing was written. */
  readonly backup?: string
}

export interface RotateOptions extends Secrets {
  readonly path: string
  /** Look whether it would work, and write nothing. */
  readonly dryRun: boolean
}

/**
 * Encrypts every encrypted value of a configuration file with another secret. The file is replaced in one step, with its
 * owner and mode, or not at all; what it was stays beside it. Rejects with a `ConfigError`, also when somebody changed
 * the file meanwhile.
 */
export async function rotateFile({ path, dryRun, ...secrets }: RotateOptions): Promise<Rotation> {
  const file = await realpath(path)
  const before = await readFile(file)
  const { text, ...rotation } = await rotateText(path, decode(path, before), secrets)
  if (dryRun || rotation.lines.length === 0) return rotation
  const temporary = `${file}.${randomBytes(6).toString('hex')}`
  try {
    await writeLike(file, temporary, text)
    if (!before.equals(await readFile(file))) throw fault(path, 'somebody changed the file meanwhile; try again')
    const backup = await keep(file)
    await rename(temporary, file)
    await flushFolder(dirname(file))
    return { ...rotation, backup }
  } finally {
    await rm(temporary, { force: true })
  }
}

function decode(path: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw fault(path, 'the file is not UTF-8 text')
  }
}

async function writeLike(file: string, temporary: string, text: string): Promise<void> {
  const { mode, uid, gid } = await stat(file)
  const handle = await open(temporary, 'wx', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  // Only root may give files away, and only for root can it differ.
  if (process.getuid?.() === 0) await chown(temporary, uid, gid)
  await chmod(temporary, mode & 0o777)
}

/** The very file, under another name: `<file>.before-rotation`, or the next that is free. */
async function keep(file: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const backup = `${file}.before-rotation${number === 1 ? '' : `-${number}`}`
    try {
      await link(file, backup)
      return backup
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST') || number === 100) throw error
    }
  }
}

async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function fault(origin: string, problem: string): ConfigError {
  return new ConfigError([{ key: '', origin, problem }])
}
