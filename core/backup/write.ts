import { randomBytes } from 'node:crypto'
import { link, opendir, open as openFile, rm } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { type Pack, pack } from 'tar-stream'
import { codeOf, failuresOf } from '../system-error.ts'
import { databaseName, type Manifest, manifestName, objectsName, secretName } from './manifest.ts'
import { backupExists } from './refusals.ts'

const failAs = failuresOf('backup')

export interface BackupContents {
  readonly manifest: Manifest
  /** A file with a copy of the database that nobody writes to. */
  readonly database: string
  /** The secret this installation made for itself; nothing where there is no such file. */
  readonly secret: string
  /** Folder of the store's objects. Without it they are left out. */
  readonly objects?: string
}

/**
 * Writes one file, readable by this user only, that appears whole or not at all. Rejects with a `Refusal` when it
 * exists already.
 */
export async function writeBackup(file: string, contents: BackupContents): Promise<void> {
  const temporary = `${file}.${randomBytes(6).toString('hex')}`
  try {
    const handle = await failAs('write the backup', () => openFile(temporary, 'wx', 0o600))
    const archive = pack()
    const written = pipeline(archive, createGzip({ level: 6 }), handle.createWriteStream({ flush: true }))
    // A failure of either reaches the other: `fill` rejects when the archive is destroyed.
    const filled = fill(archive, contents).catch((error: Error) => archive.destroy(error))
    await failAs('write the backup', async () => {
      await Promise.all([written, filled])
    })
    await link(temporary, file).catch((error: unknown) => {
      throw codeOf(error) === 'EEXIST' ? backupExists(file) : error
    })
  } finally {
    await rm(temporary, { force: true })
  }
}

async function fill(archive: Pack, { manifest, database, secret, objects }: BackupContents): Promise<void> {
  await addText(archive, manifestName, JSON.stringify(manifest))
  await addFile(archive, databaseName, database)
  await addFile(archive, secretName, secret).catch(unlessMissing)
  if (objects !== undefined) await addFolder(archive, objects).catch(unlessMissing)
  archive.finalize()
}

function addText(archive: Pack, name: string, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    archive.entry({ name }, text, (error) => (error ? reject(error) : resolve()))
  })
}

async function addFile(archive: Pack, name: string, path: string): Promise<void> {
  const handle = await openFile(path, 'r')
  try {
    const { size, mtime } = await handle.stat()
    const entry = archive.entry({ name, size, mtime, mode: 0o600 })
    if (size === 0) entry.end(Buffer.alloc(0))
    else await pipeline(handle.createReadStream({ end: size - 1, autoClose: false }), entry)
  } finally {
    await handle.close()
  }
}

/** Objects are never changed in place; those that expire meanwhile are left out. */
async function addFolder(archive: Pack, folder: string): Promise<void> {
  for await (const found of await opendir(folder, { recursive: true })) {
    if (!found.isFile()) continue
    const path = join(found.parentPath, found.name)
    await addFile(archive, `${objectsName}${relative(folder, path)}`, path).catch(unlessMissing)
  }
}

function unlessMissing(error: unknown): void {
  if (codeOf(error) !== 'ENOENT') throw error
}
