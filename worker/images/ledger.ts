import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Which images of this host RAI fetched or built, and when each was last wanted. Survives restarts. */
export interface Ledger {
  /** RAI brought it here. */
  add(image: string): Promise<void>
  /** It was wanted. Does nothing for an image that somebody else brought. */
  touch(image: string): Promise<void>
  remove(image: string): Promise<void>
  list(): Promise<readonly LedgerEntry[]>
}

interface LedgerEntry {
  readonly image: string
  /** Milliseconds since the epoch. */
  readonly usedAt: number
}

/** One file an image, its time is the use: workers of one host share the folder, and none needs a lock. */
export function createLedger(folder: string): Ledger {
  const fileOf = (image: string) => join(folder, createHash('sha256').update(image).digest('hex'))
  return {
    async add(image) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const draft = `${fileOf(image)}.${randomUUID()}`
      await writeFile(draft, image, { mode: 0o600 })
      await rename(draft, fileOf(image))
    },
    async touch(image) {
      const now = new Date()
      await utimes(fileOf(image), now, now).catch(unlessMissing)
    },
    remove: (image) => rm(fileOf(image), { force: true }),
    async list() {
      const names = (await readdir(folder).catch(unlessMissing)) ?? []
      const entries = await Promise.all(
        names.filter((name) => /^[0-9a-f]{64}$/.test(name)).map((name) => readEntry(join(folder, name))),
      )
      return entries.filter((entry) => entry !== undefined)
    },
  }
}

async function readEntry(file: string): Promise<LedgerEntry | undefined> {
  try {
    const [image, { mtimeMs }] = await Promise.all([readFile(file, 'utf8'), stat(file)])
    return { image, usedAt: mtimeMs }
  } catch (error) {
    return unlessMissing(error)
  }
}

/** Another worker of this host removed it meanwhile. */
function unlessMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
  throw error
}
